"""PyTorch with Hugging Face transformers: the same steps on the same batches as trainMarginalia.ts.

python train_pytorch.py MODEL_FOLDER THREADS; a line of JSON in, a line of JSON out (contender.ts).
"""

import json
import resource
import sys
import time

import torch
from transformers import AlbertModel

LABELS = 8
folder, threads = sys.argv[1], int(sys.argv[2])
torch.set_num_threads(threads)
model = AlbertModel.from_pretrained(folder, dtype=torch.float32, add_pooling_layer=False).train()
head = torch.nn.Linear(model.config.hidden_size, LABELS)
torch.nn.init.zeros_(head.weight)
torch.nn.init.zeros_(head.bias)
parameters = [*model.parameters(), *head.parameters()]
decayed = [one for one in parameters if one.dim() > 1]
others = [one for one in parameters if one.dim() <= 1]
optimizer = torch.optim.AdamW(
    [{"params": decayed, "weight_decay": 0.01}, {"params": others, "weight_decay": 0.0}], betas=(0.9, 0.999), eps=1e-8
)


def step(ids, labels):
    mask = torch.ones_like(ids)
    hidden = model(input_ids=ids, attention_mask=mask).last_hidden_state
    loss = torch.nn.functional.cross_entropy(head(hidden.mean(1)), labels)
    optimizer.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(parameters, 1.0)
    optimizer.step()
    return loss.item()


print(json.dumps({"ready": True}), flush=True)
for line in sys.stdin:
    request = json.loads(line)
    for group in optimizer.param_groups:
        group["lr"] = request["learningRate"]
    batches = [(torch.tensor(batch["ids"]), torch.tensor(batch["labels"])) for batch in request["batches"]]
    started = time.perf_counter()
    losses = [step(ids, labels) for ids, labels in batches]
    elapsed = 1000 * (time.perf_counter() - started)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    print(json.dumps({"elapsedMs": elapsed, "losses": losses, "peakMB": peak}), flush=True)
