"""Our Albert with the two heads of its pretraining: words in holes (MLM) and sentence order (SOP).

In: a batch of compose.py and masking.py, and a depth. Out: sums of losses and hits, so that several processes can
divide by their common counts. Parts and shapes are those of Hugging Face's AlbertForPreTraining (export.py renames):
the MLM head maps H to E, normalises, and shares its decoder with the word table; only the holes are decoded; the SOP
head reads the pooled [CLS]. B rows, T tokens, K holes a row, E embedding, H hidden, V vocabulary.
"""

import torch
from torch import nn
from torch.nn import functional as F

from albert import Albert, Shape, initialize


class Pretraining(nn.Module):
    def __init__(self, shape: Shape, sentenceOrder: bool = True):
        super().__init__()
        self.albert = Albert(shape)
        self.predictions = Predictions(shape)
        self.pooler = nn.Linear(shape.hidden_size, shape.hidden_size)
        self.sop_classifier = nn.Linear(shape.hidden_size, 2)
        self.sentenceOrder = sentenceOrder
        for part in (self.predictions.dense, self.pooler, self.sop_classifier):
            initialize(part)

    def forward(self, batch: dict, depth: int) -> dict[str, torch.Tensor]:
        """-> mlmLoss, mlmHits, sopLoss, sopHits: sums over the batch's holes and ordered rows."""
        states = self.encode(batch, depth)
        holes = states.gather(1, batch["places"][..., None].expand(-1, -1, states.shape[-1]))
        mlmLoss, mlmHits = self.predictions(holes.flatten(0, 1), batch["wanted"].flatten(), self.albert.embeddings.word_embeddings.weight)
        scores = self.order_scores(states).float()
        sopLoss = F.cross_entropy(scores, batch["order"], reduction="sum")
        return {"mlmLoss": mlmLoss, "mlmHits": mlmHits, "sopLoss": sopLoss, "sopHits": (scores.argmax(-1) == batch["order"]).sum()}

    def loss(self, sums: dict, holes: torch.Tensor, pairs: torch.Tensor) -> torch.Tensor:
        """The two means, unweighted as in ALBERT; `holes` and `pairs` are the counts to divide by."""
        mlm = sums["mlmLoss"] / holes.clamp(min=1)
        return mlm + sums["sopLoss"] / pairs.clamp(min=1) if self.sentenceOrder else mlm

    def encode(self, batch: dict, depth: int) -> torch.Tensor:
        """ids, segments, mask [B, T] -> [B, T, H] after `depth` layers."""
        embeddings = self.albert.embeddings
        places = embeddings.position_embeddings.weight[: batch["ids"].shape[1]]
        words = embeddings.word_embeddings(batch["ids"]) + embeddings.token_type_embeddings(batch["segments"])
        return self.albert.encoder(embeddings.LayerNorm(words + places), batch["mask"], (depth,))[0]

    def order_scores(self, states: torch.Tensor) -> torch.Tensor:
        """[B, T, H] -> [B, 2]."""
        return self.sop_classifier(torch.tanh(self.pooler(states[:, 0])))


class Predictions(nn.Module):
    def __init__(self, shape: Shape):
        super().__init__()
        self.dense = nn.Linear(shape.hidden_size, shape.embedding_size)
        self.LayerNorm = nn.LayerNorm(shape.embedding_size, eps=shape.layer_norm_eps)
        self.bias = nn.Parameter(torch.zeros(shape.vocab_size))

    def forward(self, states: torch.Tensor, wanted: torch.Tensor, table: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """[N, H], ids [N] with -100 for none, [V, E] -> summed loss and number of hits."""
        scores = self.scores(states, table).float()
        return F.cross_entropy(scores, wanted, reduction="sum"), (scores.argmax(-1) == wanted).sum()

    def scores(self, states: torch.Tensor, table: torch.Tensor) -> torch.Tensor:
        """[N, H], [V, E] -> [N, V]."""
        inner = self.LayerNorm(F.gelu(self.dense(states), approximate="tanh"))
        return F.linear(inner, table, self.bias)
