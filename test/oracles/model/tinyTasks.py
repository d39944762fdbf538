"""tasks.json of the tiny model folder: the label names of the shipped model, with plain-language texts."""


def label(name, threshold, title, description):
    return {"name": name, "title": {"en": title}, "description": {"en": description}, "threshold": threshold}


PURPOSE = [
    label("summary", 0.5, "Summary", "Says in short what the code is or does."),
    label("usage", 0.5, "Usage", "Shows or tells how to call or use the code."),
    label("parameters", 0.5, "Parameters", "Describes parameters, return values or errors."),
    label("rationale", 0.5, "Rationale", "Says why the code is the way it is."),
    label("explanation", 0.5, "Explanation", "Explains how the code works, step by step."),
    label("reference", 0.5, "Reference", "Points to an issue, a document, a standard or other code."),
    label("deprecation", 0.5, "Deprecation", "Says that something should no longer be used."),
    label("ownership", 0.5, "Ownership", "Names an author, an owner or a responsible person."),
]

DEBT = [
    label("none", 0.0, "No debt", "Does not admit any shortcoming."),
    label("design", 0.0, "Design debt", "Admits a shortcut or weak structure in the code."),
    label("defect", 0.0, "Defect debt", "Admits a known bug that was left in."),
    label("requirement", 0.0, "Requirement debt", "Admits that something required is not there yet."),
    label("documentation", 0.0, "Documentation debt", "Admits that documentation is missing or wrong."),
    label("test", 0.0, "Test debt", "Admits that a test is missing or weak."),
]

FORM = [
    label("prose", 0.0, "Prose", "Text written for people."),
    label("code", 0.0, "Commented-out code", "Code that was switched off by commenting it out."),
    label("directive", 0.0, "Directive", "Read by a tool: a linter, compiler or formatter."),
    label("license", 0.0, "Licence", "A licence or copyright notice."),
    label("separator", 0.0, "Separator", "Decoration that separates sections."),
    label("generated", 0.0, "Generated", "Says that a tool generated the file."),
]

TASKS = {
    "formatVersion": 1,
    "depths": [3, 4, 6],
    "defaultDepth": 6,
    "maxTokens": 128,
    "tasks": [
        {
            "name": "purpose",
            "kind": "multiLabel",
            "description": {"en": "What the passage is for.", "de": "Wozu die Passage dient."},
            "pooling": "mean",
            "temperatures": {"default": 1.0, "3": 1.3},
            "labels": PURPOSE,
        },
        {
            "name": "debt",
            "kind": "singleLabel",
            "description": {"en": "Whether the passage admits technical debt, and of which kind."},
            "pooling": "mean",
            "temperatures": {"default": 1.2},
            "labels": DEBT,
        },
        {
            "name": "form",
            "kind": "singleLabel",
            "description": {"en": "What kind of text the passage is."},
            "pooling": "cls",
            "temperatures": {"default": 0.9, "3": 1.1, "4": 1.0},
            "labels": FORM,
        },
        {"name": "embedding", "kind": "embedding", "pooling": "mean", "dimensions": [48, 32, 16]},
    ],
}
