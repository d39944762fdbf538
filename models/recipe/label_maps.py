"""How the labels of each data set become ours.

A data set that does not annotate a label says nothing about it: `known` names the labels whose absence means no, the
others are masked in the loss. What has no counterpart is left out rather than forced into one.
"""

FORM = ["prose", "code", "directive", "license", "separator", "generated"]
PURPOSE = ["summary", "usage", "parameters", "rationale", "explanation", "reference", "deprecation", "ownership"]
DEBT = ["none", "design", "defect", "requirement", "documentation", "test"]
TASKS = {"purpose": PURPOSE, "debt": DEBT, "form": FORM}
# Read from a comment and the code it documents together.
STALE = ["current", "stale"]
PAIR_TASKS = {"stale": STALE}
ORDER = ["inOrder", "swapped"]

# Pascarella and Bacchelli, classes of Java comments. Forms of comments that serve no reader have no purpose.
PASCARELLA_FORM = {
    "License": "license",
    "Commented code": "code",
    "directive": "directive",
    "Auto generated": "generated",
    "formatter": "separator",
}
PASCARELLA_PURPOSE = {
    "summary": "summary",
    "usage": "usage",
    "Pointer": "reference",
    "rational": "rationale",
    "Expand": "explanation",
    "deprecation": "deprecation",
    "Ownership": "ownership",
}
# `exception` lies between usage and explanation: left out. `parameters` is not told apart from usage: masked.
PASCARELLA_NOT_PURPOSE = {"exception"}
PASCARELLA_KNOWN = [label for label in PURPOSE if label != "parameters"]

# NLBSE'25, sentences of class comments. DevelopmentNotes and Keymessages mix several of our labels: left out.
PYTHON_PURPOSE = {"Summary": "summary", "Usage": "usage", "Parameters": "parameters", "Expand": "explanation"}
PHARO_PURPOSE = {
    "Intent": "summary",
    "Responsibilities": "summary",
    "Example": "usage",
    "Keyimplementationpoints": "explanation",
    "Classreferences": "reference",
}
NLBSE = {
    "nlbse25-python": (PYTHON_PURPOSE, ["summary", "usage", "parameters", "explanation"]),
    "nlbse25-pharo": (PHARO_PURPOSE, ["summary", "usage", "explanation"]),
}
