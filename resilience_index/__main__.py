"""``python -m resilience_index``."""

from resilience_index.cli.app import main

if __name__ == "__main__":
    main()
