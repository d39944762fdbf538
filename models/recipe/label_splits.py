"""Which rows of the labelled data are trained on, which choose thresholds, and which are only measured.

Rows of one project (debt) or of one file or class (purpose, form) stay together, because comments of one file
resemble each other and a split by row would flatter every number.
"""

import zlib

DEBT_SPLITS = {
    "jruby-1.4.0": "heldOut",
    "columba-1.4-src": "heldOut",
    "hibernate-distribution-3.3.2.GA": "validation",
}


def split_of(row: dict) -> str:
    """`train`, `validation` or `heldOut` for one row of the labelled data."""
    if row.get("project") in DEBT_SPLITS:
        return DEBT_SPLITS[row["project"]]
    group = row.get("file") or row.get("context")
    if group is None:
        return "train"
    share = zlib.crc32(group.encode()) % 10
    return "heldOut" if share < 2 else "validation" if share == 2 else "train"
