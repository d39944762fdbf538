"""JSON lines, gzipped: the only format between the steps, besides arrays."""

import gzip
import json
from collections.abc import Iterable, Iterator
from pathlib import Path


def read_rows(path: Path) -> Iterator[dict]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def write_rows(path: Path, rows: Iterable[dict]) -> int:
    """Writes to a temporary file, then renames, so that a step that was killed leaves nothing half done."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".part")
    count = 0
    with gzip.open(temporary, "wt", encoding="utf-8", compresslevel=4) as out:
        for row in rows:
            out.write(json.dumps(row, ensure_ascii=False) + "\n")
            count += 1
    temporary.rename(path)
    return count
