"""Step 11: the model folder.

In: WORK/student/tasks.pt, calibration.json, WORK/tokenizer/tokenizer.json. Out: --output: config.json,
model.safetensors (float16, names of Hugging Face, heads as heads.<task>.…), tokenizer.json, tasks.json. Tasks over two texts are
left out with --without, weights and all, where they are not good enough to be asked. The card and the manifest are
written by write_card.py, after evaluate.py has measured this folder.
"""

import json
import shutil
from pathlib import Path

import torch
from safetensors.torch import save_file

from distil import DIMENSIONS, EXITS
from label_maps import PAIR_TASKS, TASKS
from options import read_options
from task_texts import LABEL_TEXTS, TASK_DESCRIPTIONS

# As long as the texts of training: positions beyond were never learned.
MAX_TOKENS = 128
KINDS = {"purpose": "multiLabel", "debt": "singleLabel", "form": "singleLabel", "stale": "singleLabel"}
# Tensors of a head, by the name that --without knows.
HEAD_TENSORS = {"stale": ("heads.stale.",), "coherence": ("pooler.", "sop_classifier."), "answer": ("qa_outputs.",)}


def main() -> None:
    options = read_options(__doc__, output=(str(Path(__file__).parent.parent / "marginalia-small"), "the model folder"), without=("", "stale, coherence, answer: heads to leave out"))
    output = options.work / "model" if options.tiny else Path(options.output)
    output.mkdir(parents=True, exist_ok=True)
    student = options.work / "student"
    without = [name for name in options.without.split(",") if name]
    dropped = tuple(prefix for name in without for prefix in HEAD_TENSORS[name])
    state = torch.load(student / "tasks.pt", map_location="cpu")
    state = {name: value for name, value in state.items() if not name.startswith(dropped)}
    tensors = {name.removeprefix("encoder.") if name.startswith("encoder.") else name: value.half().contiguous() for name, value in state.items()}
    save_file(tensors, output / "model.safetensors", metadata={"format": "pt"})
    shape = json.loads((student / "shape.json").read_text())
    write_json(output / "config.json", {**shape, "torch_dtype": "float16"})
    write_json(output / "tasks.json", task_set(json.loads((student / "calibration.json").read_text()), without))
    shutil.copyfile(options.work / "tokenizer" / "tokenizer.json", output / "tokenizer.json")


def task_set(calibration: dict, without: list[str]) -> dict:
    tasks = [classification(task, labels, calibration[task]) for task, labels in {**TASKS, **PAIR_TASKS}.items()]
    order = {"name": "coherence", "kind": "order", "description": localized(*TASK_DESCRIPTIONS["coherence"]),
             "temperatures": calibration["order"]["temperatures"]}  # fmt: skip
    embedding = {"name": "embedding", "kind": "embedding", "description": localized(*TASK_DESCRIPTIONS["embedding"]),
                 "pooling": "mean", "dimensions": list(DIMENSIONS)}  # fmt: skip
    answer = {"name": "answer", "kind": "span", "description": localized(*TASK_DESCRIPTIONS["answer"]),
              "temperatures": calibration["answer"]["temperatures"], "threshold": calibration["answer"]["threshold"]}  # fmt: skip
    tasks = [task for task in [*tasks, order, embedding, answer] if task["name"] not in without]
    return {"formatVersion": 1, "depths": list(EXITS), "defaultDepth": EXITS[-1], "maxTokens": MAX_TOKENS, "tasks": tasks}


def classification(task: str, names: list[str], calibration: dict) -> dict:
    labels = []
    for name, threshold in zip(names, calibration["thresholds"]):
        title, titleZh, text, textZh = LABEL_TEXTS[task][name]
        labels.append({"name": name, "title": localized(title, titleZh), "description": localized(text, textZh), "threshold": threshold})
    return {"name": task, "kind": KINDS[task], **({"input": "pair"} if task in PAIR_TASKS else {}),
            "description": localized(*TASK_DESCRIPTIONS[task]), "pooling": "cls", "temperatures": calibration["temperatures"], "labels": labels}  # fmt: skip


def localized(english: str, chinese: str) -> dict:
    return {"en": english, "zh-cn": chinese}


def write_json(path: Path, value: dict) -> None:
    path.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
