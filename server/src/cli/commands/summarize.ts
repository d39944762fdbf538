// `summarize [PATH] [-k N]`: the most central sentences of a document, in its order, with their places.

import type { KeySentence } from '../../engine/engine.ts';
import { createLineIndex } from '../../engine/text/lineIndex.ts';
import { createColors } from '../colors.ts';
import { type Command, modelFlags } from '../command.ts';
import { depthOption, withEngine } from '../openEngine.ts';
import { placeOf } from '../placeOf.ts';
import { languageFlag, readDocument } from '../readDocument.ts';
import { roundScore } from '../roundScores.ts';

const defaultCount = 5;

export const summarizeCommand: Command = {
  name: 'summarize',
  usage: 'summarize [PATH] [-k N]',
  summary:
    'Pick the most central sentences of a document, or of the comments of a source file, in their order',
  details: [
    'Without PATH the document comes on stdin. Nothing is rewritten: every sentence stands in the document.',
  ],
  flags: [
    { name: 'count', short: 'k', value: 'N', help: `sentences; default: ${defaultCount}` },
    { name: 'format', value: 'FORMAT', help: 'text or jsonl; default: text' },
    languageFlag,
    ...modelFlags,
  ],
  async run(line, ports) {
    const sentenceCount = line.wholeNumber('count', 1) ?? defaultCount;
    const format = line.oneOf('format', ['text', 'jsonl']) ?? 'text';
    const file = await readDocument(line, ports);
    const options = { priority: 'background' as const, ...depthOption(line), sentenceCount, phraseCount: 0 };
    const { sentences } = await withEngine(line, ports, (engine) =>
      engine.summarize(file, options, ports.cancellation),
    );
    const lines = createLineIndex(file.text);
    const colors = createColors(ports);
    const print = ({ text, span, centrality }: KeySentence): string => {
      const place = placeOf(lines, span);
      if (format === 'jsonl')
        return JSON.stringify({ text, file: file.id, ...place, score: roundScore(centrality) });
      return `${colors.dim(`${file.id}:${place.line}:${place.column}:`)} ${text.replace(/\s+/g, ' ')}`;
    };
    await ports.stdout.write(sentences.map((sentence) => `${print(sentence)}\n`).join(''));
    return 0;
  },
};
