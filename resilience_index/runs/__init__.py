"""Folders of runs: written whole, compared, checked again."""
