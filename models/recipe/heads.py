"""The heads over the encoder, and how they are read.

In: hidden states of one depth [B, T, H]. Out: logits per task. The same heads serve every depth. Labels are read from
[CLS] by one linear map, so that the mean over the tokens is left to the sentence vector; the order of two segments is read
through the pooler, as published; answers by start and end logits of each token, as for SQuAD. Names follow the model folder's contract: heads.<task>.classifier, and those of
Hugging Face for the rest.
"""

import torch
from torch import nn
from torch.nn import functional as F

from albert import Albert
from label_maps import PAIR_TASKS, TASKS


class Head(nn.Module):
    def __init__(self, hidden: int, labels: int):
        super().__init__()
        self.classifier = nn.Linear(hidden, labels)

    def forward(self, vector: torch.Tensor, dropout: float = 0.0) -> torch.Tensor:
        """[B, H] -> [B, N]."""
        return self.classifier(F.dropout(vector, dropout, self.training))


class TaskModel(nn.Module):
    def __init__(self, encoder: Albert):
        super().__init__()
        self.encoder = encoder
        hidden = encoder.shape.hidden_size
        self.heads = nn.ModuleDict({task: Head(hidden, len(labels)) for task, labels in {**TASKS, **PAIR_TASKS}.items()})
        self.pooler = nn.Linear(hidden, hidden)
        self.sop_classifier = nn.ModuleDict({"classifier": nn.Linear(hidden, 2)})
        self.qa_outputs = nn.Linear(hidden, 2)

    def logits(self, states: torch.Tensor, task: str, dropout: float = 0.0) -> torch.Tensor:
        """[B, T, H] -> [B, N] of a task of TASKS or PAIR_TASKS, or of `order` ([B, 2]: in order, swapped)."""
        first = states[:, 0].float()
        if task == "order":
            return self.sop_classifier["classifier"](F.dropout(torch.tanh(self.pooler(first)), dropout, self.training))
        return self.heads[task](first, dropout)

    def span_logits(self, states: torch.Tensor, allowed: torch.Tensor) -> torch.Tensor:
        """[B, T, H] and bool [B, T], [CLS] and the context -> [B, 2, T]: start and end; minus infinity where not allowed."""
        return self.qa_outputs(states.float()).transpose(1, 2).masked_fill(~allowed[:, None], float("-inf"))
