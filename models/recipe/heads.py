"""Classification heads over the encoder, and how they are read.

In: pooled vectors [B, H] of one depth. Out: logits per task. The same heads serve every depth. Names follow the model
folder's contract: heads.<task>.dense and heads.<task>.classifier, with tanh between them.
"""

import torch
from torch import nn
from torch.nn import functional as F

from albert import Albert, pool_mean
from label_maps import TASKS


class Head(nn.Module):
    def __init__(self, hidden: int, labels: int):
        super().__init__()
        self.dense = nn.Linear(hidden, hidden)
        self.classifier = nn.Linear(hidden, labels)

    def forward(self, pooled: torch.Tensor, dropout: float = 0.0) -> torch.Tensor:
        """[B, H] -> [B, N]."""
        inner = torch.tanh(self.dense(F.dropout(pooled, dropout, self.training)))
        return self.classifier(F.dropout(inner, dropout, self.training))


class TaskModel(nn.Module):
    def __init__(self, encoder: Albert):
        super().__init__()
        self.encoder = encoder
        self.heads = nn.ModuleDict({task: Head(encoder.shape.hidden_size, len(labels)) for task, labels in TASKS.items()})

    def forward(self, ids: torch.Tensor, mask: torch.Tensor, depths: tuple[int, ...], dropout: float = 0.0):
        """[B, T] -> per depth: (pooled [B, H], {task: logits [B, N]})."""
        pooled = [pool_mean(state.float(), mask) for state in self.encoder(ids, mask, depths)]
        return [(vector, {task: head(vector, dropout) for task, head in self.heads.items()}) for vector in pooled]
