"""Windows become the rows of a batch, on the device that trains: [CLS] A [SEP] B [SEP], half of them B before A.

In: the text's tokens and the windows' positions as tensors. Out: ids, segments and mask [B, T], and the order labels
of ALBERT (0 in order, 1 swapped, -100 where a window has no split). B windows, T width.
"""

import torch

CLS, SEP, PAD = 2, 3, 0
NO_LABEL = -100


def compose(tokens: torch.Tensor, start, split, end, swap, width: int) -> dict[str, torch.Tensor]:
    """tokens int16 [N]; start, split, end int64 [B]; swap bool [B] -> the rows of a batch."""
    ordered = split >= 0
    middle = torch.where(ordered, split, end)
    swap = swap & ordered
    firstStart, firstEnd = torch.where(swap, middle, start)[:, None], torch.where(swap, end, middle)[:, None]
    secondStart, secondEnd = torch.where(swap, start, middle)[:, None], torch.where(swap, middle, end)[:, None]
    place = torch.arange(width, device=tokens.device)[None]
    firstLength, secondLength = firstEnd - firstStart, secondEnd - secondStart
    inFirst = (place >= 1) & (place <= firstLength)
    second = place - firstLength - 2
    inSecond = (second >= 0) & (second < secondLength)
    source = torch.where(inFirst, firstStart + place - 1, torch.where(inSecond, secondStart + second, 0))
    ids = torch.where(inFirst | inSecond, tokens[source].long(), PAD)
    ids = torch.where(place == 0, CLS, ids)
    isSeparator = (place == firstLength + 1) | ((second == secondLength) & (secondLength > 0))
    ids = torch.where(isSeparator, SEP, ids)
    return {
        "ids": ids,
        "segments": ((second >= 0) & (ids != PAD)).long(),
        "mask": (ids != PAD).long(),
        "order": torch.where(ordered, swap.long(), NO_LABEL),
    }
