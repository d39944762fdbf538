"""Brings the sources of the pretraining corpus onto this machine: those of sources.json and of more_sources.json.

In: the two lists (name, kind, version, licence, split). Out: WORK/sources/<name>/ and WORK/pretraining.fetched.json,
whose rows name the archive that really came. A package that is already there is left alone, one that cannot be had is
reported and skipped, so the step may be stopped and run again. Run from models/recipe:
python3 -m pretraining.fetch_all_sources --work WORK
"""

import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from fetch_sources import fetch_one
from options import read_options

PARALLEL_DOWNLOADS = 6


def main() -> None:
    options = read_options(__doc__)
    recipe = Path(__file__).parent.parent
    lists = (recipe / "sources.json", recipe / "pretraining" / "more_sources.json")
    sources = [source for path in lists for source in json.loads(path.read_text())]
    if options.tiny:
        sources = [source for source in sources if source["name"] in ("express", "konva")]
    root = options.work / "sources"
    root.mkdir(parents=True, exist_ok=True)
    started = time.time()
    with ThreadPoolExecutor(PARALLEL_DOWNLOADS) as pool:
        fetched = [row for row in pool.map(lambda source: fetch_one(source, root), sources) if row]
    (options.work / "pretraining.fetched.json").write_text(json.dumps(fetched, indent=1))
    print(f"{len(fetched)} of {len(sources)} packages in {time.time() - started:.0f} s", file=sys.stderr)


if __name__ == "__main__":
    main()
