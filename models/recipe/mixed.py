"""A model in bfloat16 that learns in float32.

In: a module with float32 weights. The copy in `half` does all the work of a step: on a CPU with matrix units plain
bfloat16 is faster than autocast, which casts again and again. After `backward`, `pull` hands its gradients to the float32
weights, where the optimizer works; `push` brings the new weights back.
"""

import copy

import torch


class Mixed:
    def __init__(self, model: torch.nn.Module):
        self.model = model
        self.half = copy.deepcopy(model).bfloat16()
        self._pairs = list(zip(model.parameters(), self.half.parameters()))

    def pull(self) -> None:
        for weight, half in self._pairs:
            weight.grad = None if half.grad is None else half.grad.float()
            half.grad = None

    @torch.no_grad()
    def push(self) -> None:
        torch._foreach_copy_([half for _, half in self._pairs], [weight for weight, _ in self._pairs])
