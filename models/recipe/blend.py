"""Step 9b: a mean of the encoder before and after it learned the tasks.

In: WORK/student/distilled.pt and tasks.pt. Out: WORK/student/blended.pt, tasks.pt with --share of its encoder and the rest
of the distilled one; heads stay. On a straight line between both the sentence vectors come back and labels of unseen
projects get better, because the small labelled sets were learned by heart (Wortsman et al., 2022).
"""

import torch

from options import read_options


def main() -> None:
    options = read_options(__doc__, share=(0.8, "of the encoder that learned the tasks"))
    folder = options.work / "student"
    before, after = torch.load(folder / "distilled.pt"), torch.load(folder / "tasks.pt")
    for name, value in before.items():
        after[f"encoder.{name}"].lerp_(value, 1 - options.share)
    torch.save(after, folder / "blended.pt")


if __name__ == "__main__":
    main()
