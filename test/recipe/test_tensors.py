"""The parts of the recipe that need PyTorch and transformers; skipped as a whole where those are not installed."""

import random
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "models" / "recipe"))

try:
    import numpy as np
    import torch
    from transformers import AlbertConfig, AlbertModel
except ImportError as error:
    raise unittest.SkipTest(f"needs {error.name}") from None

from albert import Albert, Shape, pool_mean  # noqa: E402
from answer_metrics import Reading, answer_scores, best_span, read_answers, word_f1  # noqa: E402
from answer_windows import Encoded, batch_of, window_of  # noqa: E402
from batches import pad, plan_batches  # noqa: E402
from checkpoint import load_checkpoint, save_checkpoint  # noqa: E402
from distil import distillation_loss  # noqa: E402
from fast_gelu import gelu  # noqa: E402
from metrics import binary_f1, calibration_error  # noqa: E402
from mixed import Mixed  # noqa: E402
from optimizers import Optimizers  # noqa: E402
from train_tasks import purpose_targets  # noqa: E402

# Odd and different sizes, so that swapped axes fail.
SHAPE = Shape(vocab_size=99, embedding_size=12, hidden_size=20, num_hidden_layers=5, num_hidden_groups=2,
              num_attention_heads=4, intermediate_size=36, max_position_embeddings=17)  # fmt: skip


class OurAlbert(unittest.TestCase):
    def test_agrees_with_transformers_at_every_depth(self):
        torch.manual_seed(1)
        ours = Albert(SHAPE).eval()
        theirs = AlbertModel(AlbertConfig(**SHAPE.to_config()), add_pooling_layer=False).eval()
        theirs.load_state_dict(ours.state_dict(), strict=True)
        ids, mask = pad([np.array([2, 9, 8, 7, 6, 5, 3]), np.array([2, 40, 3]), np.array([2, 50, 60, 70, 3])], "cpu")
        with torch.no_grad():
            states = ours(ids, mask, (1, 3, 5))
            expected = theirs(input_ids=ids, attention_mask=mask, output_hidden_states=True).hidden_states
        for depth, state in zip((1, 3, 5), states):
            # Single precision; the padding rows of the two may differ.
            torch.testing.assert_close(state[mask == 1], expected[depth][mask == 1], atol=2e-6, rtol=1e-5)

    def test_padding_changes_no_vector(self):
        model = Albert(SHAPE).eval()
        short = np.array([2, 40, 3])
        alone, together = pad([short], "cpu"), pad([short, np.arange(5, 16)], "cpu")
        with torch.no_grad():
            vectors = [pool_mean(model(ids, mask, (5,))[0], mask)[0] for ids, mask in (alone, together)]
        torch.testing.assert_close(*vectors, atol=2e-6, rtol=1e-5)


class Batches(unittest.TestCase):
    def test_hold_every_row_once_within_the_budget(self):
        lengths = np.array([random.Random(3).randint(1, 40) for _ in range(57)])
        batches = plan_batches(lengths, 100, random.Random(5))
        self.assertEqual(sorted(np.concatenate(batches)), list(range(57)))
        for batch in batches:
            self.assertTrue(len(batch) == 1 or len(batch) * lengths[batch].max() <= 100)


class Bfloat16(unittest.TestCase):
    def test_gelu_is_that_of_pytorch_with_its_gradient_over_the_whole_range(self):
        x = torch.cat([torch.linspace(-90, 90, 4001), torch.linspace(-4, 4, 4001)]).bfloat16().requires_grad_()
        wide = x.detach().float().requires_grad_()
        found, expected = gelu(x), torch.nn.functional.gelu(wide, approximate="tanh")
        found.backward(torch.ones_like(found))
        expected.backward(torch.ones_like(expected))
        self.assertTrue(torch.allclose(found.float(), expected, rtol=1e-2, atol=1e-3))
        self.assertTrue(torch.allclose(x.grad.float(), wide.grad, rtol=1e-2, atol=1e-2))

    def test_a_model_learns_through_its_copy(self):
        torch.manual_seed(1)
        model = Albert(SHAPE)
        mixed, optimizers = Mixed(model), Optimizers(model, 0.1)
        ids, mask = pad([np.array([2, 9, 8, 3])] * 2, "cpu")
        losses = []
        for _ in range(12):
            loss = (pool_mean(mixed.half(ids, mask, (5,))[0].float(), mask) - 1).square().mean()
            loss.backward()
            mixed.pull()
            optimizers.step(1.0)
            mixed.push()
            losses.append(loss.item())
        self.assertLess(losses[-1], losses[0] / 2)
        self.assertTrue(all(torch.equal(own.bfloat16(), half) for own, half in zip(model.parameters(), mixed.half.parameters())))

    def test_segments_reach_the_states(self):
        torch.manual_seed(1)
        model = Albert(SHAPE)
        ids, mask = pad([np.array([2, 9, 3, 8, 3])], "cpu")
        types = torch.tensor([[0, 0, 0, 1, 1]])
        self.assertFalse(torch.allclose(model(ids, mask, (5,))[0], model(ids, mask, (5,), types)[0]))


class Checkpoint(unittest.TestCase):
    def test_comes_back_from_small_pieces_and_leaves_no_old_ones(self):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name) / "checkpoint"
            self.assertIsNone(load_checkpoint(folder, "cpu"))
            for step in (1, 2):
                save_checkpoint(folder, {"weights": torch.full((5_000_000,), float(step)), "step": step})
            self.assertEqual(load_checkpoint(folder, "cpu")["step"], 2)
            self.assertTrue(all(path.stat().st_size <= 15_000_000 for path in folder.iterdir()))
            self.assertEqual(len(list(folder.glob("part-*"))), 2)


class Losses(unittest.TestCase):
    def test_distillation_is_zero_for_the_teacher_itself(self):
        target = torch.nn.functional.normalize(torch.randn(9, 384), dim=-1)
        exact = distillation_loss([target] * 3, target)
        other = distillation_loss([target.flip(0)] * 3, target)
        self.assertLess(float(exact), 0.5)
        self.assertGreater(float(other), float(exact) + 1)

    def test_purpose_says_nothing_about_labels_a_source_does_not_annotate(self):
        targets, known = purpose_targets([{"purpose": {"labels": ["usage"], "known": ["usage", "summary"]}}, {"purpose": None}], "cpu")
        self.assertEqual(targets.sum().item(), 1)
        self.assertEqual(known.sum(1).tolist(), [2, 0])


class Numbers(unittest.TestCase):
    def test_f1_and_calibration_error_of_a_worked_example(self):
        answers, predicted = np.array([True, True, False, False]), np.array([True, False, True, False])
        self.assertEqual(binary_f1(answers, predicted), 0.5)
        self.assertEqual(calibration_error(np.array([0.9, 0.9]), np.array([True, False])), 0.4)


class Answers(unittest.TestCase):
    ROW = Encoded(np.array([11, 12]), np.arange(20, 60), 30, 32, "squad")

    def test_windows_of_any_place_hold_the_answer_whole(self):
        rng, starts = random.Random(2), set()
        for _ in range(200):
            window = window_of(self.ROW, 15, (2, 3), rng)
            self.assertEqual(window.ids[window.start : window.end + 1].tolist(), [50, 51, 52])
            self.assertEqual((window.ids[0], window.ids[3], window.ids[-1], len(window.ids)), (2, 3, 3, 15))
            starts.add(int(window.ids[4]))
        self.assertEqual(starts, set(range(43, 51)))

    def test_a_window_without_an_answer_points_at_cls_and_only_the_context_is_allowed(self):
        window = window_of(self.ROW._replace(first=-1, last=-1), 15, (2, 3), random.Random(2))
        ids, types, answers = batch_of([window, window_of(self.ROW, 20, (2, 3), random.Random(2))])
        self.assertEqual(answers["spans"][0].tolist(), [0, 0])
        self.assertEqual(answers["allowed"][0].tolist(), [True] + [False] * 3 + [True] * 10 + [False] * 6)
        self.assertEqual(types[0].tolist(), [0] * 4 + [1] * 11)

    def test_an_answer_that_does_not_fit_is_no_example(self):
        self.assertIsNone(window_of(self.ROW._replace(last=45), 15, (2, 3), random.Random(2)))

    def test_the_best_span_never_ends_before_it_starts(self):
        self.assertEqual(best_span(np.array([[0, 9], [5, 1], [1, 2.0]]))[1:], (0, 0))
        self.assertEqual(best_span(np.array([[0, 1], [5, 1], [1, 2.0]])), (7.0, 1, 2))

    def test_reading_finds_the_span_behind_the_first_window(self):
        from tokenizers import Tokenizer, models, pre_tokenizers

        words = [f"w{number}" for number in range(200)]
        tokenizer = Tokenizer(models.WordLevel({word: at for at, word in enumerate(["[CLS]", "[SEP]", *words])}, unk_token="[SEP]"))
        tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
        wanted = tokenizer.token_to_id("w150")
        rows = [{"question": "w1 w2", "context": " ".join(words), "start": 0, "end": 2}]
        logits = lambda ids, types, mask: torch.stack([(ids == wanted) * 4.0 + (ids == 0) * 1.0] * 2, -1)
        reading = read_answers(logits, tokenizer, rows, 64)[0]
        self.assertEqual((reading.text, reading.lead), ("w150", 6.0))

    def test_words_are_scored_as_in_squad(self):
        self.assertEqual(word_f1("The cat, sat", "cat sat"), 1.0)
        self.assertEqual(word_f1("cat dog", "cat"), 2 / 3)
        rows = [{"context": "a cat", "start": 2, "end": 5}, {"context": "a cat", "start": -1, "end": -1}]
        scores = answer_scores(rows, [Reading(1.0, "cat"), Reading(-1.0, "a")], np.array([True, False]))
        self.assertEqual((scores["exact"], scores["f1"], scores["noneAccuracy"]), (1.0, 1.0, 1.0))


if __name__ == "__main__":
    unittest.main()
