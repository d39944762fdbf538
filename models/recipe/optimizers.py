"""Muon for the matrices of the layers, AdamW for the rest.

Muon orthogonalises the momentum of a matrix; with few steps it learns clearly more per token than AdamW, and costs next
to nothing beside a step. Word tables, norms, biases and heads stay with AdamW. No weight decay on norms and biases.
Reference: Jordan et al., Muon, 2024; update scaled to the size of AdamW's, so that one learning rate fits both.
"""

import torch

DECAY = 0.01


class Optimizers:
    def __init__(self, model: torch.nn.Module, learningRate: float, headRate: float | None = None):
        """Parameters whose name begins with `heads.` get `headRate` where it is given."""
        self._model = model
        named = list(model.named_parameters())
        isHead = {name: headRate is not None and not name.startswith("encoder.") for name, _ in named}
        matrices = [value for name, value in named if "albert_layers" in name and value.ndim == 2]
        others = [(name, value) for name, value in named if not ("albert_layers" in name and value.ndim == 2)]
        groups = [
            {"params": [value for name, value in others if isHead[name] == head and (value.ndim > 1) == wide],
             "peak": headRate if head else learningRate, "weight_decay": DECAY if wide else 0.0}
            for head in (False, True) for wide in (True, False)
        ]  # fmt: skip
        self._optimizers = [
            torch.optim.AdamW([group for group in groups if group["params"]], lr=0.0, betas=(0.9, 0.98), fused=True),
            torch.optim.Muon([{"params": matrices, "peak": learningRate}], lr=0.0, weight_decay=DECAY, momentum=0.95, adjust_lr_fn="match_rms_adamw"),
        ]

    def step(self, factor: float) -> None:
        """One step at `factor` of the peak rates, with clipped gradients; forgets the gradients."""
        torch.nn.utils.clip_grad_norm_(self._model.parameters(), 1.0)
        for optimizer in self._optimizers:
            for group in optimizer.param_groups:
                group["lr"] = group["peak"] * factor
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)

    def state_dict(self) -> list[dict]:
        return [optimizer.state_dict() for optimizer in self._optimizers]

    def load_state_dict(self, states: list[dict]) -> None:
        for optimizer, state in zip(self._optimizers, states):
            optimizer.load_state_dict(state)
