"""What is asked of a table once it is read: ``keys``, ``periods`` and ``codes`` of communities, and ``values``."""
