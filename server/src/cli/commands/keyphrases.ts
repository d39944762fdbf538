// `keyphrases [PATH] [-k N]`: the phrases that say what a document is about, best first, with their places.

import type { KeyPhrase } from '../../engine/engine.ts';
import { createLineIndex } from '../../engine/text/lineIndex.ts';
import { createColors } from '../colors.ts';
import { type Command, modelFlags } from '../command.ts';
import { depthOption, withEngine } from '../openEngine.ts';
import { placeOf } from '../placeOf.ts';
import { languageFlag, readDocument } from '../readDocument.ts';
import { roundScore } from '../roundScores.ts';

const defaultCount = 10;
/** More places than this are counted in text, and listed in JSON lines. */
const printedPlaces = 5;

export const keyphrasesCommand: Command = {
  name: 'keyphrases',
  usage: 'keyphrases [PATH] [-k N]',
  summary: 'Pick the phrases that say what a document, or the comments of a source file, are about',
  details: ['Without PATH the document comes on stdin.'],
  flags: [
    { name: 'count', short: 'k', value: 'N', help: `phrases; default: ${defaultCount}` },
    { name: 'format', value: 'FORMAT', help: 'text or jsonl; default: text' },
    languageFlag,
    ...modelFlags,
  ],
  async run(line, ports) {
    const phraseCount = line.wholeNumber('count', 1) ?? defaultCount;
    const format = line.oneOf('format', ['text', 'jsonl']) ?? 'text';
    const file = await readDocument(line, ports);
    const options = { priority: 'background' as const, ...depthOption(line), sentenceCount: 0, phraseCount };
    const { phrases } = await withEngine(line, ports, (engine) =>
      engine.summarize(file, options, ports.cancellation),
    );
    const lines = createLineIndex(file.text);
    const colors = createColors(ports);
    const print = ({ text, score, places }: KeyPhrase): string => {
      const printed = places.map((span) => placeOf(lines, span));
      if (format === 'jsonl')
        return JSON.stringify({ phrase: text, score: roundScore(score), file: file.id, places: printed });
      const first = printed
        .slice(0, printedPlaces)
        .map(({ line: row, column }) => `${file.id}:${row}:${column}`);
      const more = printed.length > printedPlaces ? ` and ${printed.length - printedPlaces} more` : '';
      return `${text}  ${colors.dim(first.join(', ') + more)}`;
    };
    await ports.stdout.write(phrases.map((phrase) => `${print(phrase)}\n`).join(''));
    return 0;
  },
};
