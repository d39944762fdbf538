// Workspaces with questions whose answers are known, made from sources that lie on this machine and are not ours to
// ship. In: folders of projects, a file of questions. Out: passages and questions, split by project and by article.
//
// `faq`: headings of documentation that are questions → any sentence of the section below. The heading itself is hidden: it is
// neither a passage nor a title of what stands below, as nobody asks in the words of a heading that is there.
// `titled`: the same with the headings left where they are. `tags`: what Javadoc says of results and exceptions → its
// `@return` and `@throws`. `articles`: SQuAD 2.0, the sentence in which the answer begins, and its questions without an
// answer. `web`: questions that were written for the ranking of search → the docstring that was meant.

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { neverCancelled } from '../../../server/src/engine/cancellation.ts';
import { extractPassages, languageOfPath } from '../../../server/src/engine/engine.ts';
import { lexicalTokens } from '../../../server/src/engine/index/lexicalTokens.ts';
import type { Passage } from '../../../server/src/engine/passages/passage.ts';
import { createSourceFile } from '../../../server/src/engine/text/sourceFile.ts';
import type { Span } from '../../../server/src/engine/text/span.ts';
import { walkFiles } from '../../../server/src/io/walkFiles.ts';
import { createRandom } from '../../engine/index/randomVectors.ts';

export type Split = 'fit' | 'validation' | 'test';

/** Where an answer stands: a passage with this text, and in it a sentence that touches one of the spans. */
export interface RightPlace {
  readonly text: string;
  /** Absent: any sentence. */
  readonly spans: readonly Span[] | undefined;
}

export interface AnswerQuestion {
  readonly question: string;
  /** Empty: the workspace does not say. */
  readonly right: readonly RightPlace[];
  /** Without these nothing is left that answers. */
  readonly about: readonly string[];
}

export interface FileOfPassages {
  readonly file: string;
  readonly text: string;
  readonly passages: readonly Passage[];
}

export interface AnswerWorkspace {
  readonly name: string;
  readonly set: 'faq' | 'titled' | 'tags' | 'articles' | 'web';
  readonly split: Split;
  readonly files: readonly FileOfPassages[];
  readonly questions: readonly AnswerQuestion[];
}

interface Project {
  readonly folder: string;
  readonly split: Split;
  /** Below the folder, each with the language its files are read in; absent: what their names say. */
  readonly parts: readonly string[];
  readonly language?: string;
}

/** Names as Debian's source packages unpack them. */
const documented: readonly Project[] = [
  { folder: 'python3.11/Python-3.11.2', split: 'fit', parts: ['Doc/faq', 'Doc/howto', 'Doc/tutorial'] },
  {
    folder: 'kubernetes/kubernetes-1.20.2',
    split: 'fit',
    parts: ['build', 'cluster', 'staging', 'test', 'docs'],
  },
  {
    folder: 'rustc/rustc-1.63.0-src/src/doc',
    split: 'fit',
    parts: ['rustc-dev-guide', 'nomicon', 'embedded-book'],
  },
  { folder: 'boost1.74/boost/libs', split: 'fit', parts: ['outcome/doc', 'hof/doc', 'ptr_container/doc'] },
  { folder: 'googletest/googletest-release-1.12.1', split: 'validation', parts: ['docs'] },
  { folder: 'grpc/grpc-1.51.1', split: 'validation', parts: ['doc', 'examples'] },
  { folder: 'cargo/cargo-0.66.0', split: 'validation', parts: ['src/doc'] },
  {
    folder: 'python-django/Django-3.2.25',
    split: 'test',
    parts: ['docs/faq', 'docs/intro', 'docs/misc', 'docs/internals'],
    language: 'restructuredtext',
  },
  { folder: 'rust-ripgrep/ripgrep-13.0.0', split: 'test', parts: ['.'] },
  { folder: 'curl/curl-7.88.1', split: 'test', parts: ['docs'] },
  { folder: 'nodejs/node-v18.20.4', split: 'test', parts: ['doc'] },
];

const tagged: readonly Project[] = [
  { folder: 'commons-io/commons-io-2.11.0-src', split: 'fit', parts: ['src/main/java'] },
  { folder: 'netty/netty-netty-4.1.48.Final', split: 'fit', parts: ['buffer', 'common', 'transport'] },
  {
    folder: 'jackson-databind/jackson-databind-jackson-databind-2.14.0',
    split: 'validation',
    parts: ['src/main/java'],
  },
  { folder: 'guava-libraries/guava-31.1', split: 'test', parts: ['guava/src/com/google/common'] },
];

/** The encoder was trained with the same split (models/recipe/prepare_answers.py). */
const articleSplits: Readonly<Record<string, Split>> = {
  Solar_energy: 'test',
  'Spectre_(2015_film)': 'test',
  'The_Legend_of_Zelda:_Twilight_Princess': 'validation',
  'Sino-Tibetan_relations_during_the_Ming_dynasty': 'validation',
};

export interface WorkspaceOptions {
  readonly sources: string;
  readonly articles: string;
  readonly webQueries: string;
  readonly passageCount: number;
  readonly questionCount: number;
}

export async function makeWorkspaces(options: WorkspaceOptions): Promise<readonly AnswerWorkspace[]> {
  const made: AnswerWorkspace[] = [];
  for (const project of documented) made.push(...(await makeHeadingWorkspaces(project, options)));
  for (const project of tagged) made.push(await makeTagWorkspace(project, options));
  made.push(...makeArticleWorkspaces(options), await makeWebWorkspace(options));
  return made.filter(({ questions }) => questions.length > 0);
}

async function makeHeadingWorkspaces(
  project: Project,
  options: WorkspaceOptions,
): Promise<AnswerWorkspace[]> {
  const files = await readProject(project, options, /\.(?:md|rst|txt)$/);
  const asked = files.flatMap((one) => findHeadings(one));
  const withQuestions = new Set(asked.map(({ file }) => file));
  const kept = takePassages(files, withQuestions, options.passageCount);
  const questions = shuffle(asked).slice(0, options.questionCount);
  const name = project.folder.split('/')[0]!;
  const hidden = new Set(questions.map(({ question }) => question));
  return [
    {
      name,
      set: 'faq',
      split: project.split,
      files: kept.map((one) => hideHeadings(one, hidden)),
      questions,
    },
    { name, set: 'titled', split: project.split, files: kept, questions },
  ];
}

/** `What is LTS?`, with something below that is more than a word. */
function findHeadings({
  file,
  passages,
}: FileOfPassages): readonly (AnswerQuestion & { readonly file: string })[] {
  return passages.flatMap((passage, index) => {
    const question = passage.text.value;
    // `How does it work?` asks for something only under its own title.
    if (passage.kind !== 'heading' || !question.endsWith('?') || lexicalTokens(question).length < 3)
      return [];
    const below = passagesBelow(passages, index);
    const first = below.find(({ kind }) => kind === 'paragraph' || kind === 'listItem');
    if (!first || first !== below[0] || first.text.value.split(' ').length < 5) return [];
    const about = below.map(({ text }) => text.value);
    return [{ file, question, right: about.map((text) => ({ text, spans: undefined })), about }];
  });
}

function passagesBelow(passages: readonly Passage[], heading: number): readonly Passage[] {
  const below: Passage[] = [];
  for (const passage of passages.slice(heading + 1)) {
    if (passage.kind === 'heading') break;
    below.push(passage);
  }
  return below;
}

function hideHeadings(file: FileOfPassages, hidden: ReadonlySet<string>): FileOfPassages {
  const passages = file.passages
    .filter(({ kind, text }) => kind !== 'heading' || !hidden.has(text.value))
    .map((passage) => ({ ...passage, section: passage.section.filter((title) => !hidden.has(title)) }));
  return { ...file, passages };
}

const resultQuestions = ['What does {0} return?', 'What is the result of {0}?', 'What will {0} give back?'];
const failureQuestions = [
  'When does {0} throw {1}?',
  'Why do I get {1} from {0}?',
  'In which case does {0} fail with {1}?',
];

async function makeTagWorkspace(project: Project, options: WorkspaceOptions): Promise<AnswerWorkspace> {
  const files = await readProject(project, options, /\.java$/);
  const random = createRandom(11);
  const kept = takePassages(shuffle(files), new Set(), options.passageCount);
  const bySymbol = new Map<string, string[]>();
  for (const { symbol, text } of kept.flatMap(({ passages }) => passages)) {
    if (symbol && /[a-z][A-Z]/.test(symbol.name))
      bySymbol.set(symbol.name, [...(bySymbol.get(symbol.name) ?? []), text.value]);
  }
  const pick = (templates: readonly string[], ...values: readonly string[]) =>
    templates[Math.floor(random() * templates.length)]!.replace(
      /\{(\d)\}/g,
      (_, index) => values[Number(index)]!,
    );
  const questions = [...bySymbol].flatMap(([symbol, about]): AnswerQuestion[] => {
    const results = placesOf(about, /@returns? [^\n]{15,}|^Returns [^\n.]{15,}/g);
    const failures = about.flatMap((text) => [
      ...text.matchAll(/@throws (\w+) (?:if|when|in case) [^\n]{8,}/g),
    ]);
    const failure = failures[Math.floor(random() * failures.length)]?.[1];
    return [
      ...(results.length > 0 ? [{ question: pick(resultQuestions, symbol), right: results, about }] : []),
      ...(failure !== undefined
        ? [
            {
              question: pick(failureQuestions, symbol, failure),
              right: placesOf(about, new RegExp(`@throws ${failure} [^\\n]*`, 'g')),
              about,
            },
          ]
        : []),
    ];
  });
  const name = project.folder.split('/')[0]!;
  return {
    name,
    set: 'tags',
    split: project.split,
    files: kept,
    questions: shuffle(questions).slice(0, options.questionCount),
  };
}

function placesOf(texts: readonly string[], pattern: RegExp): readonly RightPlace[] {
  return texts.flatMap((text) => {
    const spans = [...text.matchAll(pattern)].map(({ index, 0: found }) => ({
      start: index,
      end: index + found.length,
    }));
    return spans.length > 0 ? [{ text, spans }] : [];
  });
}

interface ArticleRow {
  readonly title: string;
  readonly context: string;
  readonly question: string;
  readonly answers: readonly { readonly text: string; readonly answer_start: number }[];
  readonly impossible: boolean;
}

/** The articles of a split are the documents of one workspace. */
function makeArticleWorkspaces({ articles, questionCount }: WorkspaceOptions): AnswerWorkspace[] {
  const rows = gunzipSync(readFileSync(articles)).toString('utf8').split('\n').filter(Boolean);
  const all = rows.map((row) => JSON.parse(row) as ArticleRow);
  return (['fit', 'validation', 'test'] as const).map((split): AnswerWorkspace => {
    const own = all.filter(({ title }) => (articleSplits[title] ?? 'fit') === split);
    const contexts = new Map(own.map(({ context, title }) => [context, title.replaceAll('_', ' ')]));
    const files = [...contexts].map(([text, title], index) => ({
      file: `${index}.md`,
      text,
      passages: [toParagraph(text, title)],
    }));
    const toQuestion = ({ question, context, answers, impossible }: ArticleRow): AnswerQuestion => ({
      question,
      right: impossible
        ? []
        : [
            {
              text: context,
              spans: answers.map(({ text, answer_start: start }) => ({ start, end: start + text.length })),
            },
          ],
      about: [context],
    });
    const answered = shuffle(own.filter(({ impossible }) => !impossible)).slice(0, 3 * questionCount);
    const unanswered = shuffle(own.filter(({ impossible }) => impossible)).slice(0, questionCount);
    return {
      name: 'squad',
      set: 'articles',
      split,
      files,
      questions: [...answered, ...unanswered].map(toQuestion),
    };
  });
}

function toParagraph(value: string, title: string): Passage {
  return {
    kind: 'paragraph',
    language: 'markdown',
    span: { start: 0, end: value.length },
    parts: [],
    text: { value, segments: [] },
    tags: [],
    symbol: undefined,
    section: [title],
    ownLine: true,
  };
}

async function makeWebWorkspace({
  sources,
  webQueries,
  ...options
}: WorkspaceOptions): Promise<AnswerWorkspace> {
  const project: Project = { folder: 'python3.11/Python-3.11.2', split: 'test', parts: ['Lib'] };
  const files = (await readProject(project, { sources, webQueries, ...options }, /\.py$/))
    .filter(({ file }) => !/(?:^|\/)(?:test|idlelib)\//.test(file))
    .map((one) => ({ ...one, passages: one.passages.filter(({ kind }) => kind === 'docstring') }));
  const rows = readFileSync(webQueries, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((row) => JSON.parse(row) as { query: string; file: string; symbol: string });
  const wanted = new Set(rows.map(({ file }) => `Lib/${file}`));
  const kept = takePassages(files, wanted, options.passageCount);
  const all = kept.flatMap(({ file, passages }) => passages.map((passage) => ({ file, passage })));
  const questions = rows.flatMap(({ query, file, symbol }): AnswerQuestion[] => {
    const about = all
      .filter(
        (one) =>
          one.file === `Lib/${file}` &&
          one.passage.kind === 'docstring' &&
          one.passage.symbol?.name === symbol,
      )
      .map(({ passage }) => passage.text.value);
    return about.length > 0
      ? [{ question: query, right: about.map((text) => ({ text, spans: undefined })), about }]
      : [];
  });
  return { name: 'python', set: 'web', split: 'test', files: kept, questions };
}

async function readProject(
  { folder, parts, language }: Project,
  { sources }: WorkspaceOptions,
  ending: RegExp,
): Promise<readonly FileOfPassages[]> {
  const found: FileOfPassages[] = [];
  for (const part of parts) {
    const root = path.join(sources, folder, part);
    for await (const entry of walkFiles([root], neverCancelled)) {
      if (
        entry.kind !== 'file' ||
        !ending.test(entry.path) ||
        /\/(?:vendor|third_party|\.github)\//.test(entry.path)
      )
        continue;
      const text = readFileSync(entry.path, 'utf8');
      const id = path.relative(path.join(sources, folder), entry.path);
      const { passages } = extractPassages(
        createSourceFile({ id, language: language ?? languageOfPath(id)!, version: 0, text }),
      );
      found.push({ file: id, text, passages });
    }
  }
  return found.sort((left, right) => (left.file < right.file ? -1 : 1));
}

/** All files that must be there, then others until there are enough passages. */
function takePassages(
  files: readonly FileOfPassages[],
  wanted: ReadonlySet<string>,
  count: number,
): readonly FileOfPassages[] {
  const first = files.filter(({ file }) => wanted.has(file));
  let left = count - first.reduce((sum, { passages }) => sum + passages.length, 0);
  const others = shuffle(files.filter(({ file }) => !wanted.has(file))).filter(({ passages }) => {
    const fits = left >= passages.length;
    if (fits) left -= passages.length;
    return fits;
  });
  return [...first, ...others];
}

/** The same order every time. */
function shuffle<T>(all: readonly T[]): readonly T[] {
  const random = createRandom(7);
  return all
    .map((one) => ({ one, key: random() }))
    .sort((left, right) => left.key - right.key)
    .map(({ one }) => one);
}
