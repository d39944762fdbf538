// One line about a training for a notification. In: its state and a translating function. Out: text. Pure.

import type { TrainingPhase, TrainingStateParams } from '../../../protocol/fineTuneRequests.ts';
import type { Translate } from '../statusView.ts';

export function isRunning(phase: TrainingPhase): boolean {
  return ['preparing', 'training', 'paused', 'comparing', 'measuringCurve'].includes(phase);
}

export function progressText(
  { phase, task = '', progress, losses }: TrainingStateParams,
  t: Translate,
): string {
  switch (phase) {
    case 'preparing':
      return t('Preparing to train {0}.', task);
    case 'paused':
      return t('The training of {0} is paused.', task);
    case 'comparing':
      return t('Comparing the new model with the one before.');
    case 'measuringCurve':
      return t('Training with parts of the labels.');
    case 'training': {
      const { epoch = 1, epochs = 1, remainingMs } = progress ?? {};
      const loss = losses.at(-1)?.loss.toPrecision(3) ?? '–';
      const seconds = Math.max(1, Math.round((remainingMs ?? 0) / 1000));
      return t('Training {0}: epoch {1} of {2}, loss {3}, {4} s left.', task, epoch, epochs, loss, seconds);
    }
    default:
      return '';
  }
}
