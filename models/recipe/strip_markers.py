"""Removes comment markers and gutters from a raw comment, in any of the common languages.

In: a comment as it stands in a source, perhaps with its lines already joined. Out: its words on one line. It stands
in for our extractor where only the text of a comment is at hand, so that the model learns both forms.
"""

import re

MARKER = re.compile(
    r"(?:^|(?<=\s))(?:/\*+!?|\*+/|//[/!]*|<!--|-->|\*(?=\s|$)|#+!?(?=\s|$)|--(?=\s)|;+(?=\s)|\"\"\"|''')|\*/$|\"\"\"$"
)


def strip_markers(comment: str) -> str:
    """`/** Adds. */` gives `Adds.`; a comment that is only decoration keeps it."""
    words = " ".join(MARKER.sub(" ", comment).split())
    return words or " ".join(comment.split())
