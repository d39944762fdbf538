"""PyTorch with Hugging Face transformers: AlbertModel, the fast tokenizer, mean pooling, unit length.

python pytorch.py MODEL_FOLDER THREADS; a line of JSON in, a line of JSON out (contender.ts).
"""

import base64
import json
import sys
import time

import torch
from transformers import AlbertModel, PreTrainedTokenizerFast

folder, threads, max_tokens = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
torch.set_num_threads(threads)
model = AlbertModel.from_pretrained(folder, dtype=torch.float32).eval()
tokenizer = PreTrainedTokenizerFast(
    tokenizer_file=f"{folder}/tokenizer.json", pad_token="<pad>", model_max_length=max_tokens
)


@torch.inference_mode()
def encode(texts):
    batch = tokenizer(texts, padding=True, truncation=True, return_tensors="pt", return_token_type_ids=True)
    hidden = model(**batch).last_hidden_state
    mask = batch["attention_mask"].unsqueeze(-1).float()
    mean = (hidden * mask).sum(1) / mask.sum(1)
    return torch.nn.functional.normalize(mean, dim=-1)


print(json.dumps({"ready": True}), flush=True)
for line in sys.stdin:
    request = json.loads(line)
    texts, step = request["texts"], 1 if request.get("oneByOne") else request["batchSize"]
    vectors, times = [], []
    started = time.perf_counter()
    for start in range(0, len(texts), step):
        call = time.perf_counter()
        found = encode(texts[start : start + step])
        times.append(1000 * (time.perf_counter() - call))
        if request.get("wantsVectors"):
            vectors.append(found)
    answer = {"elapsedMs": 1000 * (time.perf_counter() - started)}
    if request.get("oneByOne"):
        answer["timesMs"] = times
    if request.get("wantsVectors"):
        answer["vectors"] = base64.b64encode(torch.cat(vectors).numpy().tobytes()).decode()
    print(json.dumps(answer), flush=True)
