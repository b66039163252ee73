"""The report on paper: blocks, then Word and PDF."""
