"""Many runs at once: items, processes, journal, summary."""
