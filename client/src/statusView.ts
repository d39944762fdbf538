// What the status item shows for a status of the server. In: the status and a translating function.
// Out: text, tooltip and colour, plain data. Pure, so that it can be tested without an editor.

import type { ServerState, StatusParams } from '../../protocol/requests.ts';

export interface StatusView {
  readonly text: string;
  /** Markdown. */
  readonly tooltip: string;
  /** What a screen reader says. */
  readonly label: string;
  readonly severity: 'none' | 'error';
}

/** `vscode.l10n.t`, or something like it. */
export type Translate = (message: string, ...values: (string | number)[]) => string;

const icons: Readonly<Record<ServerState, string>> = {
  loading: '$(loading~spin)',
  ready: '$(comment)',
  working: '$(sync~spin)',
  error: '$(error)',
  off: '$(circle-slash)',
};

export function toStatusView(status: StatusParams, t: Translate): StatusView {
  const state = stateText(status, t);
  const lines = [`**Marginalia** — ${escapeMarkdown(state)}`, ...modelLines(status, t), t('Click for more.')];
  return {
    text: `${icons[status.state]} Marginalia`,
    tooltip: lines.join('\n\n'),
    label: `Marginalia: ${state}`,
    severity: status.state === 'error' ? 'error' : 'none',
  };
}

function stateText(status: StatusParams, t: Translate): string {
  switch (status.state) {
    case 'loading':
      return t('the model is loading');
    case 'ready':
      return t('ready');
    case 'working':
      return t('{0} passages are waiting for labels', status.queue.passages);
    case 'error':
      return status.message ?? t('something went wrong; see the log');
    case 'off':
      return t('switched off');
  }
}

function modelLines({ model, device }: StatusParams, t: Translate): string[] {
  const lines: string[] = [];
  if (model) {
    const millions = (model.parameters / 1e6).toFixed(1);
    lines.push(
      t('Model: {0} ({1} million parameters)', escapeMarkdown(`${model.name} ${model.version}`), millions),
    );
  }
  if (device) {
    lines.push(
      t(
        'Device: {0}, {1} threads — {2}',
        escapeMarkdown(device.name),
        device.threads,
        escapeMarkdown(device.reason),
      ),
    );
  }
  return lines;
}

function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+!|<>&~$]/g, '\\$&');
}
