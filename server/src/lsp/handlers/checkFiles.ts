// Answers `marginalia/checkFiles`: the findings of files that need not be open, for coding agents that want to
// know what their comments look like. Open documents are read as they stand in the editor, others from disk, and
// only inside the workspace folders: what asks may be a program.

import type { CancellationToken } from 'vscode-languageserver';
import { URI } from 'vscode-uri';
import type {
  CheckFilesParams,
  CheckFilesResponse,
  FoundFinding,
} from '../../../../protocol/searchRequests.ts';
import { type Cancellation, throwIfCancelled } from '../../engine/cancellation.ts';
import { type LineIndex, toLineColumn } from '../../engine/text/lineIndex.ts';
import { fromToken } from '../fromProto.ts';
import { openSource } from '../openSource.ts';
import { toFindingRules } from '../resourceSettings.ts';
import type { ChangedLines, WorkspaceFiles } from '../services.ts';
import { toDiagnostic } from '../toProto.ts';
import { isBelow } from '../uriPaths.ts';
import { type HandlerContext, readIgnore, toWorkOptions } from './context.ts';

export function createCheckFilesHandler(context: HandlerContext, folders: () => readonly string[]) {
  return async (params: CheckFilesParams, token: CancellationToken): Promise<CheckFilesResponse> => {
    const { files } = context.services;
    if (!files) throw new Error('This server cannot read files that are not open.');
    const cancellation = fromToken(token);
    await context.ensureEngine();
    await context.holder.settled();
    throwIfCancelled(cancellation);
    const { state } = context.holder;
    if (state.kind !== 'ready') {
      const reason = state.kind === 'failed' ? context.texts.failure(state.code, state.message) : '';
      throw new Error(context.texts.modelFailed(reason));
    }
    const { wanted, problems } = await chooseFiles(params, folders(), files);
    const findings: FoundFinding[] = [];
    let checkedFiles = 0;
    let checkedPassages = 0;
    for (const { uri, changed } of wanted) {
      throwIfCancelled(cancellation);
      const checked = await checkFile(context, { uri, changed, files }, cancellation);
      if ('problem' in checked) {
        problems.push(checked.problem);
        continue;
      }
      checkedFiles++;
      checkedPassages += checked.passages;
      findings.push(...checked.findings);
    }
    return { findings, checkedFiles, checkedPassages, problems };
  };
}

interface WantedFile {
  readonly uri: string;
  readonly changed: ChangedLines;
}

async function chooseFiles(
  { uris, changedSince }: CheckFilesParams,
  folders: readonly string[],
  files: WorkspaceFiles,
): Promise<{ readonly wanted: readonly WantedFile[]; readonly problems: string[] }> {
  const isInside = (uri: string) => folders.some((folder) => folder === uri || isBelow(folder, uri));
  const problems = uris
    .filter((uri) => !isInside(uri))
    .map((uri) => `${uri}: outside the workspace folders, not read`);
  const inside = uris.filter(isInside);
  if (changedSince === undefined) {
    return { wanted: inside.map((uri) => ({ uri, changed: 'all' as const })), problems };
  }
  const wanted = new Map<string, WantedFile>();
  for (const folder of folders) {
    const changes = await files.changedLines(URI.parse(folder).fsPath, changedSince);
    if ('problem' in changes) {
      problems.push(changes.problem);
      continue;
    }
    for (const [file, changed] of changes.files) {
      const uri = URI.file(file).toString();
      const isAsked = uris.length === 0 || inside.some((one) => one === uri || isBelow(one, uri));
      if (isAsked && isInside(uri)) wanted.set(uri, { uri, changed });
    }
  }
  return { wanted: [...wanted.values()], problems };
}

type CheckedFile =
  | { readonly findings: readonly FoundFinding[]; readonly passages: number }
  | { readonly problem: string };

async function checkFile(
  context: HandlerContext,
  { uri, changed, files }: WantedFile & { readonly files: WorkspaceFiles },
  cancellation: Cancellation,
): Promise<CheckedFile> {
  const { engine, state } = context.holder;
  const opened = await openSource(context, uri, files);
  if ('problem' in opened) return opened;
  if (!engine || state.kind !== 'ready') return { problem: `${uri}: ${context.texts.modelLoading}` };
  const { tasks } = state.info;
  const settings = await context.settings.get(uri);
  const { source, lines } = opened;
  const extraction = await engine.extract(source);
  const { passages } = extraction;
  const touched = passages.filter(({ span }) => touches(changed, lines, span.start, span.end));
  const work = toWorkOptions(settings, tasks, 'interactive');
  const labelled = await engine.labelPassages(touched, work, cancellation);
  const rules = toFindingRules(settings);
  const ours = await context.team.overlay({ uri, source }, extraction, labelled, tasks);
  const { silenced } = await readIgnore(context, uri);
  const found = context.services.toFindings({ file: source, labelled: ours, tasks, rules, silenced });
  const proto = { lines, tasks, texts: context.texts, documentationUri: context.services.documentationUri };
  const findings = found.map((finding): FoundFinding => {
    const diagnostic = toDiagnostic(finding, proto);
    const { range } = diagnostic;
    const message = String(diagnostic.message);
    const { code, level, score, span } = finding;
    const passage = touched.find((one) => one.span.start <= span.start && span.end <= one.span.end);
    const text = passage?.text.value ?? source.text.slice(span.start, span.end);
    return { uri, line: range.start.line, endLine: range.end.line, code, level, message, score, text };
  });
  return { findings, passages: touched.length };
}

/** Changed lines are counted from one, as git counts them. */
function touches(changed: ChangedLines, lines: LineIndex, start: number, end: number): boolean {
  if (changed === 'all') return true;
  const first = toLineColumn(lines, start).line + 1;
  const last = toLineColumn(lines, end).line + 1;
  return changed.some((range) => range.first <= last && range.last >= first);
}
