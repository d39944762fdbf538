// How far a model has moved from the one it came of, on given texts. In: both models, texts, a task. Out: the mean change
// of the task's probabilities and the mean cosine of the vectors before and after.

import { neverCancelled } from '../../server/src/engine/cancellation.ts';
import type { ModelFiles } from '../../server/src/engine/model/modelFolder.ts';
import { createTinyEngine } from './tinyEngine.ts';

const background = { priority: 'background' } as const;

export async function measureChange(
  models: { readonly before: ModelFiles; readonly after: ModelFiles; readonly texts: readonly string[] },
  task: string,
): Promise<{ readonly drift: number; readonly cosine: number }> {
  const ask = async (files: ModelFiles) => {
    const engine = await createTinyEngine({ files });
    try {
      const inputs = models.texts.map((text) => ({ text }));
      const answers = await engine.classify(task, inputs, background, neverCancelled);
      const vectors = await engine.embed(models.texts, background, neverCancelled);
      return { answers: answers.flatMap(({ probabilities }) => [...probabilities]), vectors };
    } finally {
      await engine.dispose();
    }
  };
  const [before, now] = [await ask(models.before), await ask(models.after)];
  const drift = before.answers.reduce((sum, value, index) => sum + Math.abs(value - now.answers[index]!), 0);
  const cosines = before.vectors.map((vector, row) =>
    vector.reduce((sum, value, axis) => sum + value * now.vectors[row]![axis]!, 0),
  );
  return {
    drift: drift / before.answers.length,
    cosine: cosines.reduce((sum, one) => sum + one, 0) / cosines.length,
  };
}
