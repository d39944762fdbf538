"""One process or several: what torchrun starts, and the few things that they must agree on.

Every process draws the same batches and holes from the same seeds and keeps each n-th row, so the processes share
only the sums of their gradients and of their counts, what the first one's clock says, and which file comes next.
With one process all of this is nothing.
"""

import os

import torch
from torch import distributed


class Processes:
    def __init__(self, device: str):
        self.count = int(os.environ.get("WORLD_SIZE", "1"))
        self.rank = int(os.environ.get("RANK", "0"))
        self.device = device
        if device == "cuda":
            self.device = f"cuda:{os.environ.get('LOCAL_RANK', '0')}"
            torch.cuda.set_device(self.device)
        if self.count > 1 and not distributed.is_initialized():
            distributed.init_process_group("nccl" if device == "cuda" else "gloo")

    @property
    def is_first(self) -> bool:
        return self.rank == 0

    def own_rows(self, batch: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
        """Each n-th row of every tensor of a batch."""
        return batch if self.count == 1 else {key: value[self.rank :: self.count] for key, value in batch.items()}

    def agree(self, value):
        """What the first process says, a number, a string or a list, on all of them."""
        if self.count == 1:
            return value
        box = [value]
        distributed.broadcast_object_list(box, 0, device=torch.device(self.device))
        return box[0]

    def add_up(self, values: torch.Tensor) -> torch.Tensor:
        if self.count > 1:
            distributed.all_reduce(values)
        return values

    def add_gradients(self, model: torch.nn.Module) -> None:
        """Sums every gradient over the processes, in one transfer. All read the same depth, so all lack the same ones."""
        if self.count == 1:
            return
        parameters = [p for p in model.parameters() if p.grad is not None]
        flat = torch.cat([p.grad.flatten() for p in parameters])
        distributed.all_reduce(flat)
        for parameter, part in zip(parameters, flat.split([p.numel() for p in parameters])):
            parameter.grad = part.view_as(parameter)

    def finish(self) -> None:
        if self.count > 1:
            distributed.destroy_process_group()
