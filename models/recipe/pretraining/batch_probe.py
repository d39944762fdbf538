"""How many tokens a step should hold on this machine: measured, in the first minute, on real rows.

In: the model and a prepared shard. Out: the smallest batch that is within a few percent of the best tokens per second,
because at equal speed more steps teach more. Compiled layers are kept only where they work and are faster.
"""

import json
import sys
import time

import numpy as np
import torch

from pretraining.heads import Pretraining
from pretraining.shard_feed import Prepared, compose_rows

NEAR_BEST = 0.95
MOST_SECONDS = 60.0
SIZES = {"cuda": [16384 * 2**step for step in range(6)], "cpu": [512, 1024, 2048, 4096, 8192]}
TIMED_STEPS = 3


def choose_batch_tokens(model: Pretraining, prepared: Prepared, width: int, run_step, options) -> int:
    """Tokens a step; run_step(rows) does one forward and backward pass and leaves gradients behind."""
    sizes = SIZES[options.device][:2] if options.tiny else SIZES[options.device]
    if options.compile:
        keep_compiled_if_faster(model, prepared, width, run_step, sizes[1])
    started, speeds = time.time(), {}
    for size in sizes:
        speed = tokens_per_second(model, prepared, width, run_step, size)
        if speed is None:
            break
        speeds[size] = round(speed)
        best = max(speeds.values())
        if time.time() - started > MOST_SECONDS or speed < 0.9 * best:
            break
    chosen = min(size for size, speed in speeds.items() if speed >= NEAR_BEST * max(speeds.values()))
    print(json.dumps({"probe": speeds, "batchTokens": chosen, "seconds": round(time.time() - started, 1)}), file=sys.stderr)
    return chosen


def keep_compiled_if_faster(model: Pretraining, prepared: Prepared, width: int, run_step, size: int) -> None:
    plain = tokens_per_second(model, prepared, width, run_step, size) or 0.0
    started = time.time()
    compile_blocks(model, True)
    try:
        compiled = tokens_per_second(model, prepared, width, run_step, size) or 0.0
    except Exception as error:  # A machine without a C compiler must still train.
        print(f"not compiled: {error}"[:500], file=sys.stderr)
        compiled = 0.0
    print(json.dumps({"plain": round(plain), "compiled": round(compiled), "seconds": round(time.time() - started, 1)}), file=sys.stderr)
    if compiled <= plain:
        compile_blocks(model, False)


def compile_blocks(model: Pretraining, compiled: bool) -> None:
    """Compiles each layer and the MLM head by themselves: the shared layer once, whatever the depth."""
    blocks = [block for group in model.albert.encoder.albert_layer_groups for block in group.albert_layers]
    for block in [*blocks, model.predictions]:
        if compiled:
            block.compile()
        else:
            block._compiled_call_impl = None


def tokens_per_second(model: Pretraining, prepared: Prepared, width: int, run_step, size: int) -> float | None:
    """None when the batch does not fit into memory."""
    long = np.flatnonzero(prepared.windows.end - prepared.windows.start > width // 2)
    rows = np.resize(long, max(1, size // width))
    try:
        run_step(compose_rows(prepared, width, rows))
        synchronize(prepared)
        started = time.time()
        for _ in range(TIMED_STEPS):
            run_step(compose_rows(prepared, width, rows))
        synchronize(prepared)
    except torch.cuda.OutOfMemoryError:
        torch.cuda.empty_cache()
        return None
    finally:
        model.zero_grad(set_to_none=True)
    return TIMED_STEPS * len(rows) * width / (time.time() - started)


def synchronize(prepared: Prepared) -> None:
    if prepared.tokens.is_cuda:
        torch.cuda.synchronize()
