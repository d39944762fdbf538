import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { extractPassages } from '../../../server/src/engine/engine.ts';
import { readingsAtOnce } from '../../../server/src/engine/index/fileReading.ts';
import { firstSentence } from '../../../server/src/engine/index/firstSentence.ts';
import { hashText } from '../../../server/src/engine/index/hashText.ts';
import {
  createPassagePacker,
  type PackedPassages,
  unpackPassages,
} from '../../../server/src/engine/index/packedPassages.ts';
import { createOutcomeReceiver, createOutcomeSender } from '../../../server/src/engine/index/packedWire.ts';
import { toSearchTokens } from '../../../server/src/engine/index/searchWords.ts';

const sources: readonly (readonly [string, string])[] = [
  [
    'go',
    '// OpenFile opens a file. It may fail.\nfunc OpenFile() {}\n\n// ----\n\n// ¿Qué? Nada.\nvar a int\n',
  ],
  ['markdown', '# Guide\n\n## Retry\n\nUploads are retried. Then they fail.\n\n文件锁防止。两个窗口。\n'],
  ['go', `// ${'long '.repeat(58)}boundaryWord goes on\nvar b int\n\n// ${'搜索'.repeat(160)}\nvar c int\n`],
  ['go', '// One. 🙂🙂 Two.\nvar d int\n'],
  ['go', 'package empty\n'],
];

function passagesOf(language: string, text: string) {
  return extractPassages({ id: 'f', language, version: 0, text }).passages;
}

describe('packed passages', () => {
  const packer = createPassagePacker();

  it('come out as what a store keeps of each', () => {
    for (const [language, text] of sources) {
      const passages = passagesOf(language, text);
      const kept = passages.filter((passage) => toSearchTokens(passage.text.value) !== '');
      const unpacked = unpackPassages(packer.pack(text, passages));
      assert.equal(unpacked.length, kept.length);
      for (const [index, passage] of kept.entries()) {
        const { value } = passage.text;
        const names = toSearchTokens([passage.symbol?.name ?? '', ...passage.section.slice(-2)].join(' '));
        const lines = text.slice(0, passage.span.start).split('\n').length;
        const endLine = text.slice(0, passage.span.end - 1).split('\n').length;
        assert.deepEqual(unpacked[index], {
          textHash: hashText(value),
          text: value,
          words: toSearchTokens(value),
          names,
          lead: toSearchTokens(firstSentence(value)),
          place: {
            span: passage.span,
            line: lines,
            endLine,
            kind: passage.kind,
            language: passage.language,
            symbol: passage.symbol?.name,
          },
        });
      }
    }
  });

  it('go from one thread to another as plain data, each token once, with several dictionaries', () => {
    const send = createOutcomeSender();
    const receive = createOutcomeReceiver();
    let sentTokens = 0;
    for (const own of [packer, createPassagePacker()]) {
      for (const [language, text] of [...sources, ...sources]) {
        const passages = own.pack(text, passagesOf(language, text));
        const file = { file: 'f', stamp: '1', hash: '1' };
        const message = send([
          { kind: 'read', file: { ...file, passages } },
          { kind: 'read', file: { ...file, passages: undefined } },
          { kind: 'skipped', file: 'g', reason: 'binary', detail: 'x' },
        ]);
        sentTokens += message.added.flatMap(({ tokens }) => tokens.split('\n')).length;
        const [read, same, skipped] = receive(structuredClone(message));
        assert.ok(read?.kind === 'read' && read.file.passages);
        assert.deepEqual(unpackPassages(read.file.passages), unpackPassages(passages));
        assert.deepEqual(same, { kind: 'read', file: { ...file, passages: undefined } });
        assert.equal(skipped?.kind, 'skipped');
      }
      sentTokens -= own.tokens.length;
    }
    assert.equal(sentTokens, 0);
  });

  it('are understood when they come late, after as many dictionaries as readings may be under way', () => {
    const send = createOutcomeSender();
    const receive = createOutcomeReceiver();
    const file = { file: 'f', stamp: '1', hash: '1' };
    const pass = (passages: PackedPassages) =>
      receive(structuredClone(send([{ kind: 'read', file: { ...file, passages } }])))[0];
    const [language, text] = sources[0]!;
    const found = passagesOf(language, text);
    const slow = createPassagePacker();
    pass(slow.pack(text, found));
    const late = slow.pack(text, found);
    for (let other = 1; other < readingsAtOnce; other++) pass(createPassagePacker().pack(text, found));
    const read = pass(late);
    assert.ok(read?.kind === 'read' && read.file.passages);
    assert.deepEqual(unpackPassages(read.file.passages), unpackPassages(late));
  });
});
