// What a training reports, as lines for a person. In: an event. Out: a line, and whether the next one may overwrite it.

import type { AdaptationPlan } from '../engine/adapt.ts';
import type { NamedMetrics } from '../engine/training/metricsByLabel.ts';
import { type TrainingMessage, trainingWords, wordTraining } from '../engine/trainingMessages.ts';
import type { TrainingEvent } from '../engine/trainingRun.ts';

export interface TrainingLine {
  readonly line: string | undefined;
  /** Shown on a terminal only, and replaced by what comes next. */
  readonly isPassing: boolean;
}

export function describeTraining(event: TrainingEvent): TrainingLine {
  switch (event.kind) {
    case 'planned':
      return lasting([...event.notes.map(noteText), planText(event)].join('\n'));
    case 'adapting':
      return lasting(adaptingText(event.plan));
    case 'phase':
      return lasting(
        event.phase === 'heads'
          ? 'First, heads that guess words and order, on the model as it is:'
          : 'Then the whole model:',
      );
    case 'measured':
      return { line: undefined, isPassing: true };
    case 'preparing':
      return passing(`Reading texts with the model as it is: ${event.done} of ${event.total}`);
    case 'started': {
      const resumed = event.resumedAtStep > 0 ? ` Goes on after step ${event.resumedAtStep}.` : '';
      const again = event.recomputes ? ' Layers are computed twice to save memory.' : '';
      const speed = `${event.tokensPerSecond.toLocaleString('en')} tokens/s`;
      return lasting(
        `${event.epochs} epochs, ${event.totalSteps} steps, about ${duration(event.estimateMs)} at ${speed}.${resumed}${again}`,
      );
    }
    case 'step':
      return passing(
        `step ${event.step}/${event.totalSteps}  loss ${event.loss.toFixed(3)}  ${speedAndTime(event)}`,
      );
    case 'epoch': {
      const { validation } = event;
      const measured = validation
        ? `  validation loss ${validation.loss.toFixed(3)}  macro F1 ${validation.macroF1.toFixed(3)}  micro F1 ${validation.microF1.toFixed(3)}  accuracy ${validation.accuracy.toFixed(3)}`
        : '';
      const words = event.words
        ? `  hidden words of other passages: loss ${event.words.loss.toFixed(3)}, right ${(100 * event.words.accuracy).toFixed(1)} %`
        : '';
      return lasting(
        `epoch ${event.epoch}/${event.epochs}  loss ${event.trainingLoss.toFixed(3)}${measured}${words}  ${speedAndTime(event)}`,
      );
    }
    case 'done':
      if (event.adaptation && !event.adaptation.isKept)
        return lasting(`Done in ${duration(event.elapsedMs)}.`);
      return lasting(
        event.outcome === 'diverged'
          ? `The loss was no number any more; the model is that of epoch ${event.bestEpoch}. Try a smaller --learning-rate.`
          : `Done in ${duration(event.elapsedMs)}: ${event.folder}`,
      );
    case 'checkpoint':
    case 'paused':
    case 'resumed':
    case 'cancelled':
    case 'failed':
      return { line: undefined, isPassing: true };
  }
}

/** A table of the held-back texts. */
export function metricsText({ labels, micro, macro, accuracy, ece, texts }: NamedMetrics): string {
  const rows: (readonly string[])[] = [
    ['label', 'precision', 'recall', 'F1', 'texts'],
    ...Object.entries(labels).map(([name, one]) => [name, ...rates(one), String(one.support)]),
    ['micro', ...rates(micro), ''],
    ['macro', ...rates(macro), ''],
  ];
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
      .join('  ')
      .trimEnd(),
  );
  return `${lines.join('\n')}\naccuracy ${accuracy.toFixed(3)}, calibration error ${ece.toFixed(3)}, on ${texts} texts held back\n`;
}

function rates({ precision, recall, f1 }: NamedMetrics['micro']): readonly string[] {
  return [precision, recall, f1].map((value) => value.toFixed(3));
}

function noteText(note: TrainingMessage): string {
  return wordTraining(note, trainingWords) ?? note.code;
}

function planText({ plan }: Extract<TrainingEvent, { kind: 'planned' }>): string {
  const kind = plan.kind === 'multiLabel' ? 'any number of' : 'one of';
  const labels = plan.labels.map(({ name, training, validation }) => `${name} ${training}+${validation}`);
  const kept =
    plan.freeze === 'encoder'
      ? ' Only the head of this task learns; nothing else can change.'
      : plan.keptTasks.length > 0
        ? ` Keeps ${plan.keptTasks.join(', ')} on ${plan.replayCount} texts.`
        : '';
  const scarce = plan.labels.filter(({ training }) => training < 5).map(({ name }) => name);
  const warning =
    scarce.length > 0
      ? `\nFewer than 5 texts to learn from: ${scarce.join(', ')}. Expect little of them.`
      : '';
  return `${plan.trainingCount} texts to learn from, ${plan.validationCount} held back; ${kind} ${labels.join(', ')}.${kept}${warning}`;
}

function adaptingText(plan: AdaptationPlan): string {
  const labelled = Object.entries(plan.labelledTexts);
  return [
    `${plan.trainingPassages} passages to learn from in ${plan.windows} windows, ${plan.heldOutPassages} held out; ${plan.repeatedPassages} repeat others, ${plan.leftOutPassages} left out.`,
    `Agrees with the model before on ${plan.keptPassages} passages and ${plan.replayTexts} texts that came with it${plan.keptTasks.length > 0 ? `: ${plan.keptTasks.join(', ')}` : ''}.`,
    labelled.length > 0
      ? `Labels to measure by: ${labelled.map(([task, count]) => `${task} ${count}`).join(', ')}.`
      : 'No labels to measure by.',
  ].join('\n');
}

function speedAndTime({
  tokensPerSecond,
  remainingMs,
}: {
  readonly tokensPerSecond: number;
  readonly remainingMs: number;
}): string {
  return `${tokensPerSecond.toLocaleString('en')} tokens/s  ${duration(remainingMs)} left`;
}

export function duration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60
    ? `${minutes} min ${seconds % 60} s`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

function lasting(line: string): TrainingLine {
  return { line, isPassing: false };
}

function passing(line: string): TrainingLine {
  return { line, isPassing: true };
}
