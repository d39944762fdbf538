// What a model says about texts before it is trained further: the aim that keeps it from forgetting.
// In: encoded texts, the model, the outputs to hold on to. Out: soft targets for each text, by name of the objective.
// Reference: Li and Hoiem, Learning without Forgetting; targets are the probabilities at temperature 1.

import type { Cancellation } from '../cancellation.ts';
import { throwIfCancelled } from '../cancellation.ts';
import type { EncoderOutput } from '../model/encoderOutput.ts';
import type { LoadedModel } from '../model/loadModel.ts';
import { runEncoder } from '../model/runEncoder.ts';
import type { EncodedText } from '../tokens/tokenBatch.ts';
import type { PackTexts } from './batchFeeds.ts';
import { splitIntoRuns } from './batchPlan.ts';
import { toProbabilities } from './probabilities.ts';

/** One thing to hold on to: a task's probabilities, or the vector of a text. */
export interface RememberedOutput {
  /** Name of the objective that will compare with it. */
  readonly name: string;
  readonly kind: 'singleLabel' | 'multiLabel' | 'embedding';
  readonly output: EncoderOutput;
}

export type SoftTargets = Readonly<Record<string, Float32Array>>;

export interface TeacherOptions {
  readonly depth: number;
  readonly maxTokensPerRun: number;
  readonly pack: PackTexts;
  readonly onProgress: (done: number, total: number) => void;
}

/** @throws CancelledError between two runs. */
export async function askTeacher(
  model: LoadedModel,
  texts: readonly EncodedText[],
  remembered: readonly RememberedOutput[],
  options: TeacherOptions,
  cancellation: Cancellation,
): Promise<readonly SoftTargets[]> {
  const answers: Record<string, Float32Array>[] = texts.map(() => ({}));
  if (remembered.length === 0) return answers;
  const lengths = texts.map((text) => text.ids.length);
  let done = 0;
  const units = texts.map((_, index) => [index]);
  for (const run of splitIntoRuns(units, lengths, options.maxTokensPerRun)) {
    throwIfCancelled(cancellation);
    const outputs = await runEncoder(model, options.pack(run.map((index) => texts[index]!)), {
      depth: options.depth,
      outputs: remembered.map(({ output }) => output),
    });
    remembered.forEach(({ name, kind }, which) => {
      const { data, shape } = outputs[which]!;
      const width = shape[1]!;
      const values =
        kind === 'embedding' ? data : toProbabilities(data, { kind, labelCount: width, temperature: 1 });
      run.forEach((index, row) => {
        answers[index]![name] = values.slice(row * width, (row + 1) * width);
      });
    });
    done += run.length;
    options.onProgress(done, texts.length);
  }
  return answers;
}
