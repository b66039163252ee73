"""Data: tables of communities from files to numbers. The only room that parses cells."""
