"""Engines: what drives the kernel's functions over the rows."""
