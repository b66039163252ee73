"""Audit: the trace of every value, and the manifest that ties outputs to inputs and methods."""
