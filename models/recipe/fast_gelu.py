"""GELU (tanh approximation) that is quick on a CPU in bfloat16.

In: a tensor. Out: its GELU, with a gradient. On CPU in bfloat16 two loops of fast_gelu.cpp are compiled once with the
machine's g++ and called; everywhere else, and where there is no compiler, PyTorch's own function is used. Both round the
same values: the largest difference is one bit of bfloat16.
"""

import ctypes
import hashlib
import subprocess
import tempfile
from functools import cache
from pathlib import Path

import torch
from torch.nn import functional as F

SOURCE = Path(__file__).with_name("fast_gelu.cpp")
FLAGS = ["-O3", "-march=native", "-ffast-math", "-fopenmp", "-shared", "-fPIC"]


def gelu(x: torch.Tensor) -> torch.Tensor:
    if x.device.type == "cpu" and x.dtype == torch.bfloat16 and x.is_contiguous() and library() is not None:
        return FastGelu.apply(x)
    return F.gelu(x, approximate="tanh")


@cache
def library() -> ctypes.CDLL | None:
    name = hashlib.sha256(SOURCE.read_bytes()).hexdigest()[:12]
    path = Path(tempfile.gettempdir()) / f"fast_gelu-{name}.so"
    try:
        if not path.exists():
            part = path.with_suffix(".part")
            subprocess.run(["g++", *FLAGS, str(SOURCE), "-o", str(part)], check=True, capture_output=True)
            part.rename(path)
        return ctypes.CDLL(str(path))
    except (OSError, subprocess.CalledProcessError):
        return None


class FastGelu(torch.autograd.Function):
    @staticmethod
    def forward(context, x: torch.Tensor) -> torch.Tensor:
        context.save_for_backward(x)
        y = torch.empty_like(x)
        library().gelu(address(x), address(y), ctypes.c_int64(x.numel()))
        return y

    @staticmethod
    def backward(context, gradient: torch.Tensor) -> torch.Tensor:
        (x,) = context.saved_tensors
        gradient = gradient.contiguous()
        out = torch.empty_like(x)
        library().geluBackward(address(x), address(gradient), address(out), ctypes.c_int64(x.numel()))
        return out


def address(tensor: torch.Tensor) -> ctypes.c_void_p:
    return ctypes.c_void_p(tensor.data_ptr())
