// What answers the tools of the MCP server: the index of the folder, and a scan for findings. In: inputs as a
// language model wrote them, so nothing about them is certain. Out: text and data; a wrong input becomes a sentence
// that says what is right.

import path from 'node:path';
import {
  type AgentCheckResult,
  type AgentFinding,
  type AgentHit,
  askText,
  checkText,
  searchText,
  stillReadingText,
} from '../../../../protocol/agentTexts.ts';
import { defaultHitCount, maxHitCount } from '../../../../protocol/agentTools.ts';
import type { Cancellation } from '../../engine/cancellation.ts';
import { defaultFindingRules, type Engine, type TaskSet } from '../../engine/engine.ts';
import type { HitLabel, SearchHit, WorkspaceIndex } from '../../engine/index/workspaceIndex.ts';
import type { ChangedLines, CliPorts } from '../ports.ts';
import { createFileReport } from '../scan/fileReport.ts';
import { scanFiles } from '../scan/scanFiles.ts';
import { UsageError } from '../usageError.ts';
import type { ToolAnswers } from './serveMcp.ts';

export interface ToolSurroundings {
  /** Absolute; nothing outside of it is read. */
  readonly root: string;
  readonly index: WorkspaceIndex;
  readonly engine: Engine;
  readonly ports: CliPorts;
}

export function createToolAnswers(surroundings: ToolSurroundings): ToolAnswers {
  const { index, engine } = surroundings;
  const toAgentHits = async (hits: readonly SearchHit[]): Promise<readonly AgentHit[]> => {
    const { tasks } = await engine.modelInfo();
    return hits.map((hit) => toAgentHit(hit, tasks));
  };
  return {
    async search_comments(input, cancellation) {
      const query = requireText(input, 'query');
      const count = readCount(input);
      // An agent edits between its questions, and nobody tells us: looking again costs little.
      await index.refresh(cancellation);
      const note = stillReadingText(index.status());
      const { hits, problems } = await index.search({ text: query, count }, cancellation);
      const told = note === undefined ? problems : [...problems, note];
      const result = { hits: await toAgentHits(hits), problems: told };
      return { text: searchText(result), data: result };
    },
    async ask_comments(input, cancellation) {
      const question = requireText(input, 'question');
      await index.refresh(cancellation);
      const note = stillReadingText(index.status());
      const { answer, none, read, problem } = await index.ask(question, cancellation);
      const [passage] = answer ? await toAgentHits([answer.hit]) : [];
      const result = {
        answer: answer &&
          passage && {
            answer: answer.hit.text.slice(answer.span.start, answer.span.end),
            sentence: answer.hit.text.slice(answer.sentence.start, answer.sentence.end),
            confidence: round(answer.score),
            line: answer.source?.line ?? answer.hit.line,
            passage,
          },
        none: none && { ...none, surest: none.surest === undefined ? undefined : round(none.surest) },
        read: await toAgentHits(read),
        problem,
      };
      if (answer || note === undefined) return { text: askText(result), data: result };
      return { text: `${askText(result)}\n\n${note}`, data: { ...result, note } };
    },
    async check_comments(input, cancellation) {
      const result = await checkComments(input, surroundings, cancellation);
      return { text: checkText(result), data: { ...result } };
    },
  };
}

async function checkComments(
  input: Readonly<Record<string, unknown>>,
  { root, engine, ports }: ToolSurroundings,
  cancellation: Cancellation,
): Promise<AgentCheckResult> {
  const { roots, changed, problems } = await chooseFiles(input, root, ports);
  const { tasks } = await engine.modelInfo();
  // Read anew each time: what a person dismissed a minute ago is not told again.
  const book = await (await ports.findLabels(root))?.read();
  const findings: AgentFinding[] = [];
  let checkedFiles = 0;
  let checkedPassages = 0;
  const work = { priority: 'interactive' as const };
  const isWanted = (file: string) => changed === undefined || changed.has(file);
  for await (const one of scanFiles({ roots, engine, work, isWanted }, { ...ports, cancellation })) {
    const name = path.relative(root, one.path).split(path.sep).join('/');
    if (one.kind === 'skipped') {
      if (roots.includes(one.path)) problems.push(`${name}: not checked, ${one.detail || one.reason}`);
      continue;
    }
    const report = createFileReport(name, one, {
      tasks,
      rules: defaultFindingRules,
      changed: changed?.get(one.path) ?? 'all',
      book,
      silenced: await ports.silencedCodes(one.path),
      isKnown: () => false,
    });
    checkedFiles++;
    checkedPassages += report.passages.length;
    for (const passage of report.passages) {
      for (const { line, code, level, score, message } of passage.findings) {
        findings.push({ file: name, line, code, level, confidence: score, message, text: passage.text });
      }
    }
  }
  return { findings, checkedFiles, checkedPassages, problems };
}

interface ChosenFiles {
  readonly roots: readonly string[];
  readonly changed: ReadonlyMap<string, ChangedLines> | undefined;
  readonly problems: string[];
}

async function chooseFiles(
  input: Readonly<Record<string, unknown>>,
  root: string,
  ports: CliPorts,
): Promise<ChosenFiles> {
  const files = Array.isArray(input.files) ? input.files.map(String) : [];
  const since = typeof input.changedSince === 'string' ? input.changedSince.trim() : '';
  if (files.length === 0 && since === '') {
    throw new UsageError('check_comments needs files, or changedSince with a git revision such as HEAD.');
  }
  const problems: string[] = [];
  const roots: string[] = [];
  for (const file of files) {
    const resolved = path.resolve(root, file);
    if (!isInside(root, resolved)) problems.push(`${file}: outside of the folder, not read`);
    else if (!(await ports.pathExists(resolved))) problems.push(`${file}: there is no such file`);
    else roots.push(resolved);
  }
  if (files.length === 0) roots.push(root);
  if (since === '') return { roots, changed: undefined, problems };
  const changes = await ports.gitChanges(root, since);
  if ('problem' in changes) throw new UsageError(changes.problem);
  return { roots, changed: changes.files, problems };
}

function isInside(root: string, file: string): boolean {
  const relative = path.relative(root, file);
  return !relative.startsWith('..') && !path.isAbsolute(relative);
}

/** Where exactly one label holds, the first of tasks.json is what there is to say about most texts: left out. */
function toAgentHit(hit: SearchHit, { tasks }: TaskSet): AgentHit {
  const { file, line, endLine, kind, symbol, text, isDeprecated } = hit;
  const isOrdinary = ({ task, name }: HitLabel) =>
    tasks.some((one) => one.name === task && one.kind === 'singleLabel' && one.labels[0]?.name === name);
  const labels = hit.labels.filter((label) => !isOrdinary(label)).map((label) => label.name);
  return { file, line, endLine, kind, symbol, labels, text, isDeprecated };
}

function requireText(input: Readonly<Record<string, unknown>>, name: string): string {
  const value = input[name];
  if (typeof value !== 'string' || value.trim() === '') {
    throw new UsageError(`The tool needs "${name}" as a text that is not empty.`);
  }
  return value;
}

function readCount({ count }: Readonly<Record<string, unknown>>): number {
  if (count === undefined || count === null) return defaultHitCount;
  const wanted = Number(count);
  if (!Number.isInteger(wanted) || wanted < 1 || wanted > maxHitCount) {
    throw new UsageError(`"count" takes a whole number from 1 to ${maxHitCount}.`);
  }
  return wanted;
}

function round(score: number): number {
  return Math.round(score * 10_000) / 10_000;
}
