// The third section: the training as it goes, with its curves, and what can be done with it.

import type { FineTunePanelTexts } from '../../../protocol/fineTunePanelMessages.ts';
import type {
  Adaptation,
  ControlTrainingParams,
  TrainingPhase,
  TrainingStateParams,
} from '../../../protocol/fineTuneRequests.ts';
import { type Child, element, icon } from '../element.ts';
import { fillText } from '../fillText.ts';
import { drawMeasures } from './measureTable.ts';
import { durationText, lossText, scoreText } from './numberTexts.ts';
import type { PageActions } from './pageActions.ts';
import { button, emptyState } from './section.ts';
import { drawCurves } from './trainingCurves.ts';

export function drawProgress(
  training: TrainingStateParams | undefined,
  texts: FineTunePanelTexts,
  actions: PageActions,
): readonly Child[] {
  if (!training || training.phase === 'none') return [emptyState(texts.nothingTrained)];
  const hasCurves = training.losses.length > 0 || training.epochs.length > 0;
  return [
    element(
      'div',
      { class: 'run' },
      element('strong', { class: `phase ${training.phase}` }, phaseText(training, texts)),
      element('span', { class: 'faint' }, training.model ?? ''),
      element('span', { class: 'buttons' }, ...controls(training, texts, actions)),
    ),
    training.message === undefined
      ? undefined
      : element('p', { class: 'problem' }, icon('warning'), element('span', {}, training.message)),
    drawBar(training, texts),
    drawFigures(training, texts),
    hasCurves ? element('div', { class: 'charts' }, ...drawCurves(training, texts)) : undefined,
    ...drawAdaptation(training, texts),
    drawPlan(training, texts),
    ...training.notes.map((note) => element('p', { class: 'faint note' }, note)),
  ];
}

/** One sentence for the live region: spoken when the phase or the epoch changes, not with every step. */
export function spokenProgress(training: TrainingStateParams | undefined, texts: FineTunePanelTexts): string {
  if (!training || training.phase === 'none') return '';
  const last = training.epochs.at(-1);
  const epoch = last && training.phase === 'training' ? `${texts.epoch} ${last.epoch}` : '';
  return [phaseText(training, texts), epoch, training.message ?? ''].filter((part) => part !== '').join('. ');
}

/** What is known before; at the end, of a model that was not kept, why. A kept one has it with its result. */
function drawAdaptation({ adaptation }: TrainingStateParams, texts: FineTunePanelTexts): readonly Child[] {
  if (!adaptation || adaptation.measures.length === 0 || adaptation.verdict?.isKept) return [];
  const reasons = adaptation.verdict?.reasons ?? [];
  return [
    ...reasons.map((reason) =>
      element('p', { class: 'problem' }, icon('warning'), element('span', {}, reason)),
    ),
    drawMeasures(adaptation.measures, texts),
  ];
}

function phaseText({ phase, task, adaptation }: TrainingStateParams, texts: FineTunePanelTexts): string {
  if (adaptation) return adaptationText(phase, adaptation, texts);
  const sentences: Readonly<Record<TrainingPhase, string>> = {
    none: '',
    preparing: texts.phasePreparing,
    training: texts.phaseTraining,
    paused: texts.phasePaused,
    comparing: texts.phaseComparing,
    measuringCurve: texts.phaseCurve,
    interrupted: texts.phaseInterrupted,
    failed: texts.phaseFailed,
    done: texts.phaseDone,
  };
  return fillText(sentences[phase], task ?? '');
}

function adaptationText(
  phase: TrainingPhase,
  { part, verdict }: Adaptation,
  texts: FineTunePanelTexts,
): string {
  const ofPart = { heads: texts.phaseHeads, model: texts.phaseAdapting };
  const working = part === undefined ? texts.phaseReading : ofPart[part];
  const sentences: Readonly<Record<TrainingPhase, string>> = {
    none: '',
    preparing: working,
    training: working,
    paused: texts.phaseAdaptPaused,
    comparing: texts.phaseComparing,
    measuringCurve: '',
    interrupted: texts.phaseAdaptInterrupted,
    failed: texts.phaseAdaptFailed,
    done: verdict?.isKept === false ? texts.phaseNotKept : texts.phaseAdapted,
  };
  return sentences[phase];
}

function controls(
  { phase, adaptation }: TrainingStateParams,
  texts: FineTunePanelTexts,
  actions: PageActions,
): readonly HTMLElement[] {
  const control = (action: ControlTrainingParams['action'], title: string, style?: 'primary') =>
    button(title, {
      key: action,
      ...(style && { style }),
      onClick: () => actions.send({ kind: 'control', params: { action } }),
    });
  const cancel = control('cancel', texts.cancel);
  const showLog = button(texts.showLog, {
    key: 'log',
    onClick: () => actions.send({ kind: 'run', action: 'showLog' }),
  });
  const byPhase: Readonly<Partial<Record<TrainingPhase, readonly HTMLElement[]>>> = {
    preparing: [cancel],
    training: [control('pause', texts.pause), cancel],
    paused: [control('resume', texts.resume, 'primary'), cancel],
    measuringCurve: [cancel],
    interrupted: [control('continue', texts.continueTraining, 'primary'), control('discard', texts.discard)],
    failed: [control('continue', texts.continueTraining), control('discard', texts.discard), showLog],
  };
  if (phase === 'done' && adaptation?.verdict?.isKept === false) return [control('discard', texts.discard)];
  return byPhase[phase] ?? [];
}

function drawBar({ phase, progress, curve }: TrainingStateParams, texts: FineTunePanelTexts): Child {
  if (phase === 'done' || phase === 'failed') return undefined;
  const isOpen = phase === 'comparing' || phase === 'measuringCurve' || (phase === 'preparing' && !progress);
  const share = isOpen ? undefined : (progress?.share ?? 0);
  const fill = element('span', { class: 'fill' });
  if (share !== undefined) fill.style.width = `${100 * share}%`;
  const percent = share === undefined ? undefined : String(Math.round(100 * share));
  return element(
    'div',
    {
      class: `progress ${phase}${share === undefined ? ' open' : ''}`,
      role: 'progressbar',
      'aria-label': texts.progress,
      'aria-valuemin': '0',
      'aria-valuemax': '100',
      'aria-valuenow': percent,
      'aria-valuetext': curve?.running === undefined ? undefined : `${100 * curve.running} %`,
    },
    fill,
  );
}

function drawFigures({ phase, progress, losses }: TrainingStateParams, texts: FineTunePanelTexts): Child {
  if (!progress || progress.totalSteps === 0) return undefined;
  const figure = (title: string, value: string) =>
    element('div', { class: 'figure' }, element('dt', {}, title), element('dd', {}, value));
  const isGoing = phase === 'training' || phase === 'paused';
  return element(
    'dl',
    { class: 'figures' },
    figure(texts.epoch, `${progress.epoch} / ${progress.epochs}`),
    figure(texts.step, `${progress.step.toLocaleString()} / ${progress.totalSteps.toLocaleString()}`),
    figure(texts.loss, losses.length > 0 ? lossText(losses.at(-1)!.loss) : '–'),
    isGoing ? figure(texts.speed, progress.tokensPerSecond.toLocaleString()) : '',
    isGoing && progress.remainingMs !== undefined
      ? figure(texts.timeLeft, durationText(progress.remainingMs / 1000, texts))
      : '',
  );
}

function drawPlan({ plan, epochs }: TrainingStateParams, texts: FineTunePanelTexts): Child {
  if (!plan) return undefined;
  const kept =
    plan.keptTasks.length > 0
      ? ` ${fillText(texts.plannedKept, plan.keptTasks.join(', '), plan.replayCount)}`
      : '';
  const best = epochs.reduce((top, { macroF1 = 0 }) => Math.max(top, macroF1), 0);
  const bestText = best > 0 ? ` ${texts.macroF1}: ${scoreText(best)}.` : '';
  return element(
    'p',
    { class: 'faint' },
    `${fillText(texts.planned, plan.trainingCount, plan.validationCount)}${kept}${bestText}`,
  );
}
