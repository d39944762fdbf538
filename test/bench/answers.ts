// How good answers are: the sentence that is chosen, and the choice to say nothing, on projects and articles that no
// weight has seen, beside the best sentence by BM25 and the best one by cosine.
//
//   node test/bench/answers.ts --sources DIR --questions FILE [--fit] [--model DIR] [--cache DIR]
//
// DIR of --sources holds Debian's source packages as answers/answerWorkspaces.ts names them; FILE is a slice of SQuAD
// 2.0 as gzipped JSON lines. --fit fits the weights anew first and writes them to answerWeights.ts. --cache keeps vectors.

import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createEngine } from '../../server/src/engine/engine.ts';
import { answerWeights } from '../../server/src/engine/index/sentences/answerWeights.ts';
import type { AnswerWeights } from '../../server/src/engine/index/sentences/chooseSentence.ts';
import { judgeNames } from '../../server/src/engine/index/sentences/chooseSentence.ts';
import { featureNames } from '../../server/src/engine/index/sentences/sentenceFeatures.ts';
import { silentLogger } from '../../server/src/engine/log.ts';
import { createNodeModelFiles } from '../../server/src/io/nodeModelFiles.ts';
import { type AnswerCase, makeCases } from './answers/answerCases.ts';
import { makeWorkspaces } from './answers/answerWorkspaces.ts';
import { chooseThreshold, fitWeights } from './answers/fitWeights.ts';
import {
  bestBy,
  type Choice,
  type Chooser,
  calibrationError,
  choices,
  chooserOf,
  scoreChoices,
} from './answers/measureAnswers.ts';
import { report } from './report.ts';
import { createCachedEmbedding } from './retrieval.ts';

/** How often an answer that is given should be right; measured on validation, where the thresholds come from. */
const wantedPrecision = 0.7;

const { values } = parseArgs({
  options: {
    sources: { type: 'string' },
    questions: { type: 'string' },
    model: { type: 'string' },
    cache: { type: 'string' },
    fit: { type: 'boolean', default: false },
    threads: { type: 'string', default: '2' },
  },
});
const { sources, questions } = values;
if (sources === undefined || questions === undefined)
  throw new Error('answers takes --sources DIR and --questions FILE.');

const here = (file: string) => fileURLToPath(new URL(file, import.meta.url));
const engine = await createEngine({
  files: createNodeModelFiles(values.model ?? here('../../models/marginalia-small')),
  device: 'cpu',
  threads: Number(values.threads),
  logger: silentLogger,
  now: () => performance.now(),
});
const { tasks } = await engine.modelInfo();
const dimensions = Math.max(
  ...tasks.tasks.flatMap((task) => (task.kind === 'embedding' ? task.dimensions : [])),
);
const embedAt = await createCachedEmbedding(engine, values.cache);
const workspaces = await makeWorkspaces({
  sources,
  articles: questions,
  webQueries: here('retrieval/webQueries.jsonl'),
  passageCount: 800,
  questionCount: 200,
});
const cases = await makeCases(
  workspaces,
  (texts) => embedAt(texts, dimensions),
  (text) => process.stderr.write(`\n${text}\n`),
);
await engine.dispose();

const weights = values.fit ? fitAnew(cases) : answerWeights;
const ways: readonly {
  readonly name: string;
  readonly choose: Chooser;
  readonly withMeaning: boolean;
  readonly threshold: number | undefined;
}[] = [
  {
    name: 'ours',
    choose: chooserOf(weights.meaning, true),
    withMeaning: true,
    threshold: weights.meaning.threshold,
  },
  {
    name: 'ours, words alone',
    choose: chooserOf(weights.words, false),
    withMeaning: false,
    threshold: weights.words.threshold,
  },
  { name: 'best by BM25', choose: bestBy(({ bm25 }) => bm25), withMeaning: true, threshold: undefined },
  { name: 'best by cosine', choose: bestBy(({ cosine }) => cosine), withMeaning: true, threshold: undefined },
];
const sets = ['faq', 'titled', 'tags', 'articles', 'web', 'all but titled'] as const;
report({
  name: 'answers',
  columns: [
    'set',
    'questions, answered',
    'way',
    'right sentence',
    'precision',
    'right passage',
    'recall',
    'answers where there is none',
    'AUC',
    'ECE',
  ],
  rows: sets.flatMap((set) => ways.map((way) => rowOf(set, way))),
  ratios: {},
});

const situations = ['removed', 'foreign', 'adversarial'] as const;
report({
  name: 'answerRefusals',
  columns: ['way', ...situations.map((situation) => `answers, ${situation}`)],
  rows: ways.slice(0, 2).map((way) => {
    const own = choicesOf(way, 'test', 'all but titled');
    return [
      way.name,
      ...situations.map((situation) => {
        const some = own.filter((one) => one.situation === situation);
        return `${some.filter(({ score }) => score >= way.threshold!).length} of ${some.length}`;
      }),
    ];
  }),
  ratios: {},
});

function choicesOf(
  { choose, withMeaning }: Pick<(typeof ways)[number], 'choose' | 'withMeaning'>,
  split: AnswerCase['split'],
  set: (typeof sets)[number],
): readonly Choice[] {
  const own = cases.filter(
    (one) => one.split === split && (set === 'all but titled' ? one.set !== 'titled' : one.set === set),
  );
  return choices(own, choose, withMeaning);
}

function rowOf(set: (typeof sets)[number], way: (typeof ways)[number]): readonly (string | number)[] {
  const own = choicesOf(way, 'test', set);
  const threshold =
    way.threshold ?? chooseThreshold(choicesOf(way, 'validation', 'all but titled'), wantedPrecision);
  const { accuracy, precision, passagePrecision, recall, falseAnswers, auc } = scoreChoices(own, threshold);
  const answered = own.filter(({ situation }) => situation === 'answered').length;
  const ece = way.threshold === undefined ? '–' : calibrationError(own).toFixed(3);
  const numbers = [accuracy, precision, passagePrecision, recall, falseAnswers, auc].map((one) =>
    Number.isNaN(one) ? '–' : one.toFixed(3),
  );
  return [set, `${own.length}, ${answered}`, way.name, ...numbers, ece];
}

function fitAnew(all: readonly AnswerCase[]): {
  readonly meaning: AnswerWeights;
  readonly words: AnswerWeights;
} {
  const fitted = {
    meaning: fitWeights(all, { withMeaning: true, precision: wantedPrecision }),
    words: fitWeights(
      all.map((one) => ({ ...one, ...one.wordCase })),
      { withMeaning: false, precision: wantedPrecision },
    ),
  };
  writeFileSync(here('../../server/src/engine/index/sentences/answerWeights.ts'), toSource(fitted));
  return fitted;
}

function toSource(fitted: { readonly meaning: AnswerWeights; readonly words: AnswerWeights }): string {
  const list = (names: readonly string[], numbers: readonly number[]) =>
    `[\n${names.map((name, index) => `      ${numbers[index]}, // ${name}`).join('\n')}\n    ]`;
  const one = ({ rank, judge, judgeBias, temperature, threshold }: AnswerWeights) => `{
    rank: ${list(featureNames, rank)},
    judge: ${list(judgeNames, judge)},
    judgeBias: ${judgeBias},
    temperature: ${temperature},
    threshold: ${threshold},
  }`;
  return `// What each feature of a sentence counts when an answer is chosen. Made by \`test/bench/answers.ts --fit\`, not to be
// edited by hand; what they were fitted on and how good they are is said in docs/SEARCH.md.

import type { AnswerWeights } from './chooseSentence.ts';

export const answerWeights: { readonly meaning: AnswerWeights; readonly words: AnswerWeights } = {
  /** With a model that makes vectors. */
  meaning: ${one(fitted.meaning)},
  /** Without. */
  words: ${one(fitted.words)},
};
`;
}
