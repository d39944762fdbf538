// The last section: the models that were made or imported here, with notes, and what can be done with each.

import type { FineTunePanelTexts } from '../../../protocol/fineTunePanelMessages.ts';
import type {
  ChangeModelParams,
  ModelVersion,
  ModelVersionsResponse,
} from '../../../protocol/fineTuneRequests.ts';
import { type Child, element } from '../element.ts';
import { fillText } from '../fillText.ts';
import { scoreText, sizeText } from './numberTexts.ts';
import type { PageActions } from './pageActions.ts';
import { button, emptyState } from './section.ts';

export function drawModels(
  versions: ModelVersionsResponse | undefined,
  texts: FineTunePanelTexts,
  actions: PageActions,
): readonly Child[] {
  if (!versions) return [element('p', { class: 'faint' }, texts.loading)];
  const change = (params: ChangeModelParams) => actions.send({ kind: 'change', params });
  const { rollBackTo, active, settingsModel } = versions;
  return [
    element(
      'div',
      { class: 'buttons' },
      rollBackTo === undefined
        ? undefined
        : button(fillText(texts.rollBack, rollBackTo), {
            key: 'roll-back',
            onClick: () => change({ action: 'rollBack' }),
          }),
      button(texts.import, { key: 'import', onClick: () => change({ action: 'import' }) }),
    ),
    versions.versions.length === 0
      ? emptyState(texts.noModels)
      : element(
          'div',
          { class: 'table-box' },
          element(
            'table',
            { class: 'models', 'aria-label': texts.models },
            element(
              'thead',
              {},
              element(
                'tr',
                {},
                ...[texts.model, texts.macroF1, texts.from, texts.noteLabel, texts.actions].map((title) =>
                  element('th', { scope: 'col' }, title),
                ),
              ),
            ),
            element(
              'tbody',
              {},
              ...versions.versions.map((version) =>
                drawVersion(version, version.name === active, texts, actions),
              ),
              drawSettingsModel(settingsModel, active === undefined, texts, change),
            ),
          ),
        ),
  ];
}

function drawVersion(
  version: ModelVersion,
  isActive: boolean,
  texts: FineTunePanelTexts,
  actions: PageActions,
): HTMLElement {
  const { name, status, origin, macroF1, macroF1Before, parent, notes, created, sizeBytes } = version;
  const change = (params: ChangeModelParams) => actions.send({ kind: 'change', params });
  const act = (action: 'use' | 'accept' | 'export' | 'remove', title: string) =>
    button(title, {
      key: `${action} ${name}`,
      style: 'link',
      onClick: () => change({ action, model: name }),
    });
  const badge = isActive
    ? element('span', { class: 'badge active' }, texts.active)
    : status === 'candidate'
      ? element('span', { class: 'badge waiting' }, texts.waiting)
      : origin === 'trained'
        ? undefined
        : element('span', { class: 'badge' }, texts[origin]);
  const input = element('input', {
    type: 'text',
    'data-key': `notes ${name}`,
    value: notes,
    placeholder: texts.notePlaceholder,
    'aria-label': `${texts.noteLabel}: ${name}`,
    maxlength: '2000',
  });
  input.addEventListener('change', () => change({ action: 'describe', model: name, notes: input.value }));
  const score =
    macroF1 === undefined
      ? '–'
      : `${macroF1Before === undefined ? '' : `${scoreText(macroF1Before)} → `}${scoreText(macroF1)}`;
  return element(
    'tr',
    { class: isActive ? 'active' : undefined },
    element(
      'th',
      { scope: 'row' },
      element('span', { class: 'model-name' }, name),
      ' ',
      badge,
      element('div', { class: 'faint' }, `${new Date(created).toLocaleString()} · ${sizeText(sizeBytes)}`),
    ),
    element('td', { class: 'number' }, score),
    element('td', {}, parent ?? ''),
    element('td', {}, input),
    element(
      'td',
      { class: 'row-actions' },
      ...(isActive
        ? []
        : [
            act(status === 'candidate' ? 'accept' : 'use', status === 'candidate' ? texts.accept : texts.use),
          ]),
      macroF1 === undefined && origin !== 'adapted'
        ? undefined
        : button(texts.showResult, {
            key: `result ${name}`,
            style: 'link',
            onClick: () => actions.change({ shownModel: name, cell: undefined }),
          }),
      act('export', texts.export),
      ...(isActive ? [] : [act('remove', texts.remove)]),
    ),
  );
}

function drawSettingsModel(
  settingsModel: string,
  isActive: boolean,
  texts: FineTunePanelTexts,
  change: (params: ChangeModelParams) => void,
): HTMLElement {
  return element(
    'tr',
    { class: isActive ? 'active' : undefined },
    element(
      'th',
      { scope: 'row' },
      element('span', { class: 'model-name' }, settingsModel),
      ' ',
      isActive ? element('span', { class: 'badge active' }, texts.active) : undefined,
      element('div', { class: 'faint' }, texts.settingsModel),
    ),
    element('td', { class: 'number' }, '–'),
    element('td', {}),
    element('td', {}),
    element(
      'td',
      { class: 'row-actions' },
      isActive
        ? undefined
        : button(texts.use, { key: 'use settings', style: 'link', onClick: () => change({ action: 'use' }) }),
    ),
  );
}
