"""Step 1: brings the named source packages onto this machine.

In: sources.json (name, kind, version, licence, split). Out: WORK/sources/<name>/, one folder of unpacked files
per package, and WORK/sources.fetched.json with the version that really came. Packages come through their ordinary
clients: `apt-get source --download-only` (a deb-src entry is needed), `npm pack`, and `pip download` of wheels, or of the
source distribution where there is no wheel. A package that is already there is left alone; one that cannot be had is
reported and skipped.
"""

import json
import subprocess
import sys
import tarfile
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from options import read_options

# Text of at most this size is worth reading; larger files are data or generated.
MAX_FILE_BYTES = 1_500_000
# Wheels are only read here, so they may ask for a newer Python than the one that runs the recipe.
NEW_PYTHON = "3.13"


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
            archives = DOWNLOADS[source["kind"]](source, folder)
            for archive in archives:
                unpack(archive, folder)
                archive.unlink()
            done.write_text(" ".join(archive.name for archive in archives))
        print(f"fetched {source['kind']}:{source['name']} {done.read_text()}", file=sys.stderr)
        return {**source, "archive": done.read_text()}
    except Exception as error:  # One missing package must not end the step; the report names it.
        print(f"skipped {source['kind']}:{source['name']}: {error}", file=sys.stderr)
        return None


def download_debian(source: dict, folder: Path) -> list[Path]:
    return download(["apt-get", "source", "--download-only", "--tar-only", "-qq", source["name"]], folder, "*.orig*.tar.?z*")


def download_npm(source: dict, folder: Path) -> list[Path]:
    return download(["npm", "pack", "--silent", f"{source['name']}@{source['version']}"], folder, "*.tgz")


def download_pypi(source: dict, folder: Path) -> list[Path]:
    """Wheels hold the same Python files and are not built here; a few old packages have none."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", "."]
    package = f"{source['name']}=={source['version']}"
    try:
        return download([*command, "--only-binary", ":all:", "--python-version", NEW_PYTHON, package], folder, "*.whl")
    except RuntimeError:
        return download([*command, "--no-binary", ":all:", package], folder, "*.tar.gz")


def download(command: list[str], folder: Path, pattern: str) -> list[Path]:
    result = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=600)
    archives = list(folder.glob(pattern))
    if result.returncode != 0 or not archives:
        raise RuntimeError((result.stderr.strip().splitlines() or [f"{command[0]} failed"])[-1])
    return archives


DOWNLOADS = {"debian": download_debian, "npm": download_npm, "pypi": download_pypi}


def unpack(archive: Path, folder: Path) -> None:
    """Unpacks the regular files of an archive that are small enough to be written by hand."""
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as wheel:
            for entry in wheel.infolist():
                if not entry.is_dir() and entry.file_size <= MAX_FILE_BYTES:
                    wheel.extract(entry, folder)
        return
    with tarfile.open(archive) as tar:
        for member in tar:
            if member.isfile() and member.size <= MAX_FILE_BYTES:
                tar.extract(member, folder, filter="data")


if __name__ == "__main__":
    main()
