"""Make the synthetic sample data beside this file, the same bytes on every run.

    python sample_data/make_sample.py            write the files
    python sample_data/make_sample.py --check    exit 1 if a file differs from what would be written

Made here: ``communities.csv``, ``communities_gb18030.csv`` and ``judgments.yaml``. Needs numpy only.
"""

import argparse
import csv
import io
import sys
from collections.abc import Sequence
from pathlib import Path

from generator import city, experts

SEED = 2025
HERE = Path(__file__).resolve().parent


def table_text(line_end: str) -> str:
    """Return the table of communities as CSV."""
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator=line_end).writerows(city.rows(SEED))
    return buffer.getvalue()


def make() -> dict[str, bytes]:
    """Return the bytes of each generated file by its name."""
    judgments = "\n".join(experts.yaml_lines(SEED)) + "\n"
    return {
        "communities.csv": table_text("\n").encode("utf-8-sig"),
        "communities_gb18030.csv": table_text("\r\n").encode("gb18030"),
        "judgments.yaml": judgments.encode("utf-8"),
    }


def differing(files: dict[str, bytes], folder: Path) -> list[str]:
    """Return the names of the files that are missing or different in the folder."""
    paths = {name: folder / name for name in files}
    return [name for name, path in paths.items() if not path.is_file() or path.read_bytes() != files[name]]


def main(arguments: Sequence[str] | None = None) -> int:
    """Write or check the files; return the exit code."""
    parser = argparse.ArgumentParser(description="Make the synthetic sample data beside this file.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if a file differs")
    options = parser.parse_args(arguments)
    files = make()
    if not options.check:
        for name, content in files.items():
            (HERE / name).write_bytes(content)
        return 0
    wrong = differing(files, HERE)
    for name in wrong:
        print(f"{name}: differs from what make_sample.py makes", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
