// `labels check`: what is doubtful about the labels. With a model, texts are also compared by meaning, and labels with
// what was learned from all others. Exit code 1 where there is anything to look at.

import { type CheckedLabels, checkLabels, type LabelProblem } from '../../engine/engine.ts';
import type { LabelBook } from '../../engine/labelling/labelBook.ts';
import type { ParsedCommandLine } from '../commandLine.ts';
import { depthOption, withEngine } from '../openEngine.ts';
import type { CliPorts } from '../ports.ts';
import { describeLabels, oneLine, withLabels } from './labelOptions.ts';

export async function checkFolderLabels(line: ParsedCommandLine, ports: CliPorts): Promise<number> {
  const format = line.oneOf('format', ['text', 'jsonl']) ?? 'text';
  return await withLabels(line, ports, async (store) => {
    const book = await store.read();
    const vectors =
      line.isSet('no-model') || book.rows.size === 0
        ? new Map<string, Float32Array>()
        : await embedRows(line, book, ports);
    const checked = checkLabels(book, vectors);
    for (const problem of checked.problems) {
      const text = format === 'jsonl' ? JSON.stringify(problem) : describeProblem(problem, store.location);
      await ports.stdout.write(`${text}\n`);
    }
    await ports.stderr.write(summaryOf(checked, book));
    return checked.problems.length > 0 ? 1 : 0;
  });
}

async function embedRows(
  line: ParsedCommandLine,
  { rows }: LabelBook,
  ports: CliPorts,
): Promise<ReadonlyMap<string, Float32Array>> {
  return await withEngine(line, ports, async (engine) => {
    const all = [...rows.values()];
    const { tasks } = await engine.modelInfo();
    if (!tasks.tasks.some((task) => task.kind === 'embedding')) return new Map();
    const options = { priority: 'background' as const, ...depthOption(line) };
    const vectors = await engine.embed(
      all.map((row) => row.text),
      options,
      ports.cancellation,
    );
    return new Map(all.map((row, index) => [row.id, vectors[index]!]));
  });
}

function describeProblem(problem: LabelProblem, location: string): string {
  switch (problem.kind) {
    case 'brokenLine':
      return `${location}:${problem.line}: the line is no label, because ${problem.reason}`;
    case 'conflict':
      return [
        `conflict: ${oneLine(problem.rows[0]?.text ?? '', 80)}`,
        ...problem.rows.map((row) => `    ${row.who ?? 'somebody'} says ${describeLabels(row, undefined)}`),
      ].join('\n');
    case 'nearDuplicate':
      return [
        `almost the same, labelled differently (${Math.round(problem.similarity * 100)} %)`,
        ...problem.rows.map((row) => `    ${describeLabels(row, problem.task)}: ${oneLine(row.text, 80)}`),
      ].join('\n');
    case 'labelError':
      return [
        `probably a mistake: ${oneLine(problem.row.text, 80)}`,
        `    labelled ${describeLabels(problem.row, problem.task)}; the other labels say ${problem.suggested}`,
      ].join('\n');
  }
}

function summaryOf({ problems, notes }: CheckedLabels, book: LabelBook): string {
  const counts = `${book.rows.size} texts, ${problems.length} to look at.`;
  return [...notes, counts].map((one) => `${one}\n`).join('');
}
