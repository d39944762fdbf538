"""The two optimizers of the pretraining: AdamW, and LAMB, which scales each matrix's step to the matrix.

LAMB as in You et al., Large Batch Optimization for Deep Learning, ICLR 2020, and in ALBERT's published settings:
betas 0.9 and 0.999, epsilon 1e-6, weight decay 0.01 except on norms and biases, trust ratio |weights| / |step|.
"""

import torch

WEIGHT_DECAY = 0.01


def build_optimizer(model: torch.nn.Module, name: str, learningRate: float) -> torch.optim.Optimizer:
    decayed = [p for p in model.parameters() if p.ndim > 1]
    plain = [p for p in model.parameters() if p.ndim <= 1]
    groups = [{"params": decayed, "weight_decay": WEIGHT_DECAY}, {"params": plain, "weight_decay": 0.0}]
    if name == "lamb":
        return Lamb(groups, lr=learningRate)
    return torch.optim.AdamW(groups, lr=learningRate, betas=(0.9, 0.98), eps=1e-6, fused=True)


class Lamb(torch.optim.Optimizer):
    def __init__(self, groups, lr: float, betas: tuple[float, float] = (0.9, 0.999), eps: float = 1e-6):
        super().__init__(groups, {"lr": lr, "betas": betas, "eps": eps, "weight_decay": 0.0})

    @torch.no_grad()
    def step(self, closure=None) -> None:
        for group in self.param_groups:
            for parameter in group["params"]:
                if parameter.grad is not None:
                    self._move(parameter, group)

    def _move(self, parameter: torch.Tensor, group: dict) -> None:
        state = self.state[parameter]
        if not state:
            state.update(step=torch.tensor(0.0), exp_avg=torch.zeros_like(parameter), exp_avg_sq=torch.zeros_like(parameter))
        state["step"] += 1
        (first, second), step = group["betas"], float(state["step"])
        state["exp_avg"].lerp_(parameter.grad, 1 - first)
        state["exp_avg_sq"].lerp_(parameter.grad.square(), 1 - second)
        mean = state["exp_avg"] / (1 - first**step)
        spread = (state["exp_avg_sq"] / (1 - second**step)).sqrt() + group["eps"]
        update = mean / spread + group["weight_decay"] * parameter
        # Norms and biases move as in Adam: their size says nothing about how far they should go.
        ratio = 1.0
        if group["weight_decay"] > 0:
            size, length = parameter.norm(), update.norm()
            ratio = torch.where((size > 0) & (length > 0), size / length, 1.0)
        parameter.sub_(update * (ratio * group["lr"]))
