// Text, tooltip and colour of the status item for each state of the server.

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { type Translate, toStatusView } from '../../client/src/statusView.ts';
import type { StatusParams } from '../../protocol/requests.ts';

const english: Translate = (message, ...values) =>
  message.replace(/\{(\d+)\}/g, (_, index) => String(values[Number(index)]));

const ready: StatusParams = {
  state: 'ready',
  model: { name: 'marginalia-small', version: '0.1.0', parameters: 5_123_456 },
  device: { name: 'cpu', reason: 'no other device works here', threads: 2 },
  queue: { documents: 0, passages: 0 },
  message: undefined,
};

function view(status: Partial<StatusParams>) {
  return toStatusView({ ...ready, ...status }, english);
}

describe('the status item', () => {
  it('shows the model, its size and the device when it is ready', () => {
    assert.deepEqual(view({}), {
      text: '$(comment) Marginalia',
      tooltip: [
        '**Marginalia** — ready',
        'Model: marginalia-small 0.1.0 (5.1 million parameters)',
        'Device: cpu, 2 threads — no other device works here',
        'Click for more.',
      ].join('\n\n'),
      label: 'Marginalia: ready',
      severity: 'none',
    });
  });

  it('counts what waits', () => {
    const { text, tooltip } = view({ state: 'working', queue: { documents: 1, passages: 40 } });
    assert.equal(text, '$(sync~spin) Marginalia');
    assert.match(tooltip, /^\*\*Marginalia\*\* — 40 passages are waiting for labels\n/);
  });

  it('is red and says what is wrong, without drawing what a path spells', () => {
    const message = 'No model in C:\\*m*\\$(bug).';
    const { severity, tooltip, label } = view({
      state: 'error',
      model: undefined,
      device: undefined,
      message,
    });
    assert.equal(severity, 'error');
    assert.equal(tooltip, '**Marginalia** — No model in C:\\\\\\*m\\*\\\\\\$\\(bug\\).\n\nClick for more.');
    assert.equal(label, `Marginalia: ${message}`);
  });

  it('has a different icon for each state', () => {
    const states = ['loading', 'ready', 'working', 'error', 'off'] as const;
    assert.equal(new Set(states.map((state) => view({ state }).text)).size, states.length);
  });
});
