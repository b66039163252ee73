"""Tables and JSON for other programs."""
