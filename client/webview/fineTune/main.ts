// Entry of the fine-tune panel's page: joins what the server says with the sections, and gestures with the extension
// host. In: messages and gestures. Out: questions to the host, and each section drawn again when what it shows changed.

import type {
  FineTunePanelTexts,
  FromFineTunePanel,
  ToFineTunePanel,
} from '../../../protocol/fineTunePanelMessages.ts';
import { element } from '../element.ts';
import { fillText } from '../fillText.ts';
import { drawAdapt } from './adaptSection.ts';
import { drawLabels } from './labelsSection.ts';
import { drawModels } from './modelsSection.ts';
import type { PageActions } from './pageActions.ts';
import { chosenOptions, chosenTask, firstState, isBusy, type PageState, shownModel } from './pageState.ts';
import { drawPreview } from './previewSection.ts';
import { drawProgress, spokenProgress } from './progressSection.ts';
import { drawResult } from './resultSection.ts';
import { createSection } from './section.ts';
import { drawTrain } from './trainSection.ts';

interface EditorApi {
  postMessage(message: FromFineTunePanel): void;
  getState(): unknown;
  setState(state: unknown): void;
}
declare function acquireVsCodeApi(): EditorApi;

const editor = acquireVsCodeApi();
let state: PageState = { ...firstState, ...restoreChoices(editor.getState()) };
let draw: (() => void) | undefined;
let estimateId = 0;

const actions: PageActions = {
  send: (message) => editor.postMessage(message),
  change(patch) {
    state = { ...state, ...patch };
    editor.setState({ task: state.task, options: state.options });
    askForMissing();
    draw?.();
  },
};

window.addEventListener('message', ({ data }: MessageEvent<ToFineTunePanel>) => receive(data));
editor.postMessage({ kind: 'ready' });

function receive(message: ToFineTunePanel): unknown {
  switch (message.kind) {
    case 'texts':
      draw ??= createPage(message.texts);
      return draw();
    case 'task':
      return actions.change({ task: message.task, estimate: undefined });
    case 'data':
      return actions.change({ data: message.data });
    case 'training':
      return actions.change({ training: message.training });
    case 'versions':
      return actions.change({ versions: message.versions });
    case 'estimated': {
      if (state.estimate?.kind !== 'asked' || state.estimate.id !== message.id) return;
      const { estimate, message: reason = '' } = message;
      // Who began a training meanwhile ended the measuring: it is asked again afterwards.
      if (!estimate && isBusy(state)) return actions.change({ estimate: undefined });
      return actions.change({
        estimate: estimate ? { kind: 'known', estimate } : { kind: 'failed', message: reason },
      });
    }
    case 'adaptationEstimated': {
      const { estimate, message: reason = '' } = message;
      if (!estimate && isBusy(state)) return actions.change({ adaptEstimate: undefined });
      return actions.change({
        adaptEstimate: estimate ? { kind: 'known', estimate } : { kind: 'failed', message: reason },
      });
    }
    case 'result':
      return actions.change({ results: { ...state.results, [message.model]: message.result } });
    case 'previewProgress':
      if (state.preview?.kind !== 'running') return;
      return actions.change({ preview: { ...state.preview, progress: message.progress } });
    case 'preview': {
      const { model, preview, message: reason } = message;
      if (preview) return actions.change({ preview: { kind: 'ready', model, preview } });
      return actions.change({
        preview: reason === undefined ? undefined : { kind: 'failed', model, message: reason },
      });
    }
    case 'notice':
      return actions.change({ notice: message.text });
  }
}

/** What the sections want to show and nobody has asked for yet. */
function askForMissing(): void {
  const model = shownModel(state);
  if (model !== undefined && state.results[model] === undefined) {
    state = { ...state, results: { ...state.results, [model]: null } };
    editor.postMessage({ kind: 'result', model });
  }
  const task = chosenTask(state);
  const { data, training } = state;
  if (!data || data.problem !== undefined || !training || isBusy(state)) return;
  const isTrainable = task !== undefined && task.obstacle === undefined;
  // What is likelier to be wanted first; two that measure at once would wait for each other anyway.
  const isFirstKnown = !isTrainable || state.estimate?.kind === 'known' || state.estimate?.kind === 'failed';
  if (isFirstKnown && !state.adaptEstimate) {
    state = { ...state, adaptEstimate: { kind: 'asked' } };
    editor.postMessage({ kind: 'estimateAdaptation' });
  }
  if (!isTrainable || state.estimate) return;
  const id = ++estimateId;
  state = { ...state, estimate: { kind: 'asked', id } };
  editor.postMessage({
    kind: 'estimate',
    id,
    task: task.task,
    options: chosenOptions(state, task),
  });
}

function createPage(texts: FineTunePanelTexts): () => void {
  const sections = {
    labels: createSection('labels', texts.labels),
    train: createSection('train', texts.train),
    adapt: createSection('adapt', texts.adapt),
    progress: createSection('progress', texts.progress),
    result: createSection('result', texts.result),
    preview: createSection('preview', texts.preview),
    models: createSection('models', texts.models),
  };
  const model = element('p', { class: 'faint' });
  const notice = element('p', { class: 'notice', role: 'status' });
  const spoken = element('p', { class: 'visually-hidden', role: 'status' });
  document.body.replaceChildren(
    element(
      'main',
      {},
      element('header', {}, element('h1', {}, texts.title), element('p', {}, texts.intro), model, notice),
      spoken,
      ...Object.values(sections).map(({ root }) => root),
    ),
  );
  return () => {
    const { data, training, versions } = state;
    model.textContent = versions
      ? fillText(texts.inUse, versions.active ?? versions.settingsModel)
      : texts.loading;
    setText(notice, state.notice);
    setText(spoken, spokenProgress(training, texts));
    const busy = isBusy(state);
    const shown = shownModel(state);
    const result = shown === undefined ? undefined : state.results[shown];
    sections.labels.draw([data, state.task], () => drawLabels(state, texts, actions));
    sections.train.draw([data, state.task, state.options, state.isAdvancedOpen, state.estimate, busy], () =>
      drawTrain(state, texts, actions),
    );
    sections.adapt.draw([data, state.adaptEstimate, busy], () => drawAdapt(state, texts, actions));
    sections.progress.draw(training, () => drawProgress(training, texts, actions));
    const curve = training?.model === shown ? training?.curve : undefined;
    sections.result.draw([shown, result, versions, state.cell, curve, busy, state.estimate], () =>
      drawResult(state, texts, actions),
    );
    sections.preview.draw([shown, state.preview, versions, busy], () => drawPreview(state, texts, actions));
    sections.models.draw(versions, () => drawModels(versions, texts, actions));
  };
}

/** A live region speaks when its text changes, so it must not be set to what it says. */
function setText(target: HTMLElement, text: string): void {
  if (target.textContent !== text) target.textContent = text;
}

/** From what a page left behind, which an older version may have written. */
function restoreChoices(kept: unknown): Partial<PageState> {
  if (typeof kept !== 'object' || kept === null) return {};
  const { task, options } = kept as Partial<PageState>;
  const numbers = [options?.epochs, options?.learningRate, options?.shallowWeight, options?.layerDecay];
  const isWhole = numbers.every((one) => typeof one === 'number');
  return { ...(typeof task === 'string' && { task }), ...(isWhole && { options }) };
}
