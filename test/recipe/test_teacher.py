"""The teacher in plain PyTorch against transformers. Run: python -m unittest discover test/recipe"""

import sys
import unittest
from pathlib import Path

import numpy as np
import torch
from transformers import AutoModel

sys.path.insert(0, str(Path(__file__).parents[2] / "models" / "recipe"))

from cache_teacher import teacher_folder  # noqa: E402
from sentence_teacher import SentenceTeacher  # noqa: E402

TEXTS = ["Returns the first free slot.", "x", "TODO: remove this once the server answers again, " * 20, "Größe in Byte 大小"]


class Teacher(unittest.TestCase):
    def test_gives_the_vectors_of_transformers(self):
        ours = SentenceTeacher(teacher_folder(), dtype=torch.float32)
        theirs = AutoModel.from_pretrained(teacher_folder(), add_pooling_layer=False).eval()
        found = ours.encode(TEXTS)
        for text, vector in zip(TEXTS, found):
            ids = torch.tensor([ours.tokenizer.encode(text).ids])
            with torch.no_grad():
                expected = theirs(input_ids=ids).last_hidden_state.mean(1)[0]
            expected = torch.nn.functional.normalize(expected, dim=0).numpy()
            np.testing.assert_allclose(vector.astype(np.float32), expected, atol=1e-3)

    def test_half_precision_stays_near(self):
        exact, half = (SentenceTeacher(teacher_folder(), dtype=dtype).encode(TEXTS).astype(np.float32) for dtype in (torch.float32, torch.bfloat16))
        self.assertGreater((exact * half).sum(1).min(), 0.999)


if __name__ == "__main__":
    unittest.main()
