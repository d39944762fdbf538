// An engine for tests of the language server: passages are `//` line comments and Markdown paragraphs,
// labels follow from words in the text, so a test can see by the labels which text was asked about.

import { type Cancellation, throwIfCancelled } from '../../../server/src/engine/cancellation.ts';
import type { Engine, LabelledPassage, ModelInfo, WorkOptions } from '../../../server/src/engine/engine.ts';
import type { LabelScores, TaskSet } from '../../../server/src/engine/labels/task.ts';
import type { Extraction, Passage } from '../../../server/src/engine/passages/passage.ts';
import { MappedTextBuilder } from '../../../server/src/engine/text/mappedText.ts';
import type { SourceFile } from '../../../server/src/engine/text/sourceFile.ts';

export interface LabelCall {
  readonly texts: readonly string[];
  readonly options: WorkOptions;
}

export interface FakeEngine extends Engine {
  /** Every call of `labelPassages`, oldest first. */
  readonly labelCalls: LabelCall[];
  readonly extractCalls: SourceFile[];
  isDisposed: boolean;
}

export interface FakeEngineOptions {
  /** Resolves or rejects when the model is loaded or known to be broken. */
  readonly model?: Promise<ModelInfo>;
  /** Held before each answer of `labelPassages`. */
  readonly gate?: () => Promise<void>;
  readonly onExtract?: (file: SourceFile) => void;
  /** Instead of the line comments of this file, for instance the real scanner. */
  readonly extract?: (file: SourceFile) => Extraction;
}

export function createFakeEngine(options: FakeEngineOptions = {}): FakeEngine {
  const labelCalls: LabelCall[] = [];
  const extractCalls: SourceFile[] = [];
  return {
    labelCalls,
    extractCalls,
    isDisposed: false,
    async extract(file) {
      options.onExtract?.(file);
      extractCalls.push(file);
      return (options.extract ?? extractLineComments)(file);
    },
    async labelPassages(passages, work, cancellation) {
      labelCalls.push({ texts: passages.map((one) => one.text.value), options: work });
      await waitForGate(options.gate, cancellation);
      return passages.map((passage): LabelledPassage => ({ passage, scores: scoresOf(passage.text.value) }));
    },
    async classify() {
      throw new Error('The language server does not classify bare texts.');
    },
    async embed() {
      throw new Error('The language server does not embed.');
    },
    async readTexts() {
      throw new Error('The language server reads no texts for an index of its own.');
    },
    async answer() {
      throw new Error('The language server asks no questions.');
    },
    async coherence() {
      throw new Error('The language server does not judge order.');
    },
    async fillMasks() {
      throw new Error('The language server fills no masks.');
    },
    async summarize() {
      throw new Error('The language server does not summarize.');
    },
    checkDevices: async () => [],
    checkPrecision: async () => ({ precision: 'float32', reason: 'Nothing was tried.', trials: [] }),
    modelInfo: () => options.model ?? Promise.resolve(fakeModelInfo),
    async dispose() {
      this.isDisposed = true;
    },
  };
}

async function waitForGate(gate: FakeEngineOptions['gate'], cancellation: Cancellation): Promise<void> {
  throwIfCancelled(cancellation);
  await gate?.();
  throwIfCancelled(cancellation);
}

export const fakeTasks: TaskSet = {
  formatVersion: 1,
  depths: [3, 6],
  defaultDepth: 6,
  maxTokens: 128,
  tasks: [
    {
      name: 'purpose',
      kind: 'multiLabel',
      description: { en: 'What the passage is for.' },
      pooling: 'mean',
      temperatures: { default: 1 },
      labels: [
        label('summary', 'Summary', '摘要', 'Says in short what the code does.', '简要说明代码的作用。'),
        label('deprecation', 'Deprecation', '弃用', 'Says what not to use.', '说明不应使用什么。'),
      ],
    },
    {
      name: 'debt',
      kind: 'singleLabel',
      description: { en: 'Does it admit debt?' },
      pooling: 'mean',
      temperatures: { default: 1 },
      labels: [
        label('none', 'No debt', '无债务', 'Nothing is owed.', '没有欠债。'),
        label('design', 'Design debt', '设计债务', 'The design is provisional.', '设计是临时的。'),
      ],
    },
    {
      name: 'form',
      kind: 'singleLabel',
      description: { en: 'What it looks like.' },
      pooling: 'mean',
      temperatures: { default: 1 },
      labels: [
        label('prose', 'Prose', '文字', 'Sentences for people.', '给人看的句子。'),
        label('code', 'Code', '代码', 'Code that was switched off.', '被停用的代码。'),
      ],
    },
    { name: 'embedding', kind: 'embedding', pooling: 'mean', dimensions: [8] },
  ],
};

export const fakeModelInfo: ModelInfo = {
  name: 'fake_model',
  version: '1.2.3',
  fingerprint: 'f00d',
  tasks: fakeTasks,
  manifest: undefined,
  parameters: { embeddings: 100, encoder: 200, pooler: 0, heads: 12 },
  sizeBytes: 1248,
  device: { name: 'cpu', reason: 'the only provider of this test' },
  threads: 2,
};

/** `summary` 0.93 always; `debt/design` 0.87 for TODO, `form/code` 0.75 for a semicolon at the end. */
function scoresOf(text: string): LabelScores[] {
  const debt = /TODO|HACK/.test(text);
  const code = /;$/.test(text);
  const deprecation = /deprecated/i.test(text);
  const vague = /vague/.test(text);
  return [
    scores('purpose', [vague ? 0.31 : 0.93, deprecation ? 0.997 : 0.02], {
      summary: !vague,
      deprecation,
    }),
    scores('debt', debt ? [0.13, 0.87] : [0.98, 0.02], { none: !debt, design: debt }),
    scores('form', code ? [0.25, 0.75] : [0.99, 0.01], { prose: !code, code }),
  ];
}

function scores(
  task: string,
  probabilities: readonly number[],
  predicted: Readonly<Record<string, boolean>>,
): LabelScores {
  const names = Object.keys(predicted).filter((name) => predicted[name]);
  return { task, probabilities: Float32Array.from(probabilities), predicted: names };
}

function label(name: string, en: string, zh: string, description: string, zhDescription: string) {
  return {
    name,
    title: { en, 'zh-cn': zh },
    description: { en: description, 'zh-cn': zhDescription },
    threshold: 0.5,
  };
}

/** Each `// …` up to the end of its line; a function on the next line is what it documents. */
function extractLineComments(file: SourceFile): Extraction {
  const passages = [...file.text.matchAll(/\/\/ ?([^\r\n]+)/g)].map((match): Passage => {
    const span = { start: match.index, end: match.index + match[0].length };
    const builder = new MappedTextBuilder(file.text);
    builder.appendSource({ start: span.end - match[1]!.length, end: span.end });
    const declaration = /^\r?\n(function (\w+)\([^)]*\))/.exec(file.text.slice(span.end, span.end + 200));
    const nameStart = span.end + (declaration ? declaration[0].indexOf(declaration[2]!) : 0);
    return {
      kind: 'line',
      language: file.language,
      span,
      parts: [span],
      text: builder.build(),
      tags: [],
      symbol: declaration
        ? {
            name: declaration[2]!,
            kind: 'function',
            signature: declaration[1]!,
            span: { start: nameStart, end: nameStart + declaration[2]!.length },
          }
        : undefined,
      section: [],
      ownLine: true,
    };
  });
  return { passages, problems: [] };
}
