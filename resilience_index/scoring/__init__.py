"""Scoring: from a resolved plan and a table to a result, through one block kernel."""
