// One line about a training, or about what came of it, for a notification. In: its state and a translating function.
// Out: text. Pure.

import type { ModelVersion, TrainingPhase, TrainingStateParams } from '../../../protocol/fineTuneRequests.ts';
import type { Translate } from '../statusView.ts';

export function isRunning(phase: TrainingPhase): boolean {
  return ['preparing', 'training', 'paused', 'comparing', 'measuringCurve'].includes(phase);
}

export function progressText(
  { phase, task = '', progress, losses, adaptation }: TrainingStateParams,
  t: Translate,
): string {
  const { epoch = 1, epochs = 1, remainingMs } = progress ?? {};
  const seconds = Math.max(1, Math.round((remainingMs ?? 0) / 1000));
  const loss = losses.at(-1)?.loss.toPrecision(3) ?? '–';
  if (adaptation && phase === 'preparing') return t('Reading the workspace, to adapt to it.');
  if (adaptation && phase === 'paused') return t('Adapting to this workspace is paused.');
  if (adaptation?.part === 'heads' && phase === 'training') {
    return t('Adapting to this workspace, part 1 of 2: {0} s left.', seconds);
  }
  if (adaptation && phase === 'training') {
    return t(
      'Adapting to this workspace, part 2 of 2: epoch {0} of {1}, loss {2}, {3} s left.',
      epoch,
      epochs,
      loss,
      seconds,
    );
  }
  switch (phase) {
    case 'preparing':
      return t('Preparing to train {0}.', task);
    case 'paused':
      return t('The training of {0} is paused.', task);
    case 'comparing':
      return t('Comparing the new model with the one before.');
    case 'measuringCurve':
      return t('Training with parts of the labels.');
    case 'training':
      return t('Training {0}: epoch {1} of {2}, loss {3}, {4} s left.', task, epoch, epochs, loss, seconds);
    default:
      return '';
  }
}

/** What a new model is worth in a sentence, for those who have no panel open. */
export function readyText(
  { task = '', adaptation }: TrainingStateParams,
  { macroF1, macroF1Before }: Pick<ModelVersion, 'macroF1' | 'macroF1Before'>,
  t: Translate,
): string {
  const score = (value: number | undefined) => (value === undefined ? '–' : (100 * value).toFixed(1));
  if (adaptation) {
    const words = adaptation.measures.find(({ kind }) => kind === 'words');
    return t(
      'The model was adapted to this workspace. Hidden words guessed right: {0} %, before {1} %; search and labels are no worse.',
      score(words?.after),
      score(words?.before),
    );
  }
  return macroF1Before === undefined
    ? t('The new model for {0} is ready. Macro F1 on the test texts: {1}.', task, score(macroF1))
    : t(
        'The new model for {0} is ready. Macro F1 on the test texts: {1}, before {2}.',
        task,
        score(macroF1),
        score(macroF1Before),
      );
}
