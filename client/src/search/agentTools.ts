// The tools for coding agents inside the editor. In: what a language model asks. Out: text for it, from the same
// requests that the views use. An editor without such tools has none of ours.

import * as vscode from 'vscode';
import { type AgentHit, askText, checkText, searchText } from '../../../protocol/agentTexts.ts';
import {
  type AgentToolName,
  agentTools,
  defaultHitCount,
  editorToolName,
  maxHitCount,
} from '../../../protocol/agentTools.ts';
import type { FoundPassage } from '../../../protocol/searchRequests.ts';
import type { WorkspaceSearch } from './workspaceSearch.ts';

interface ToolInputs {
  readonly query?: unknown;
  readonly count?: unknown;
  readonly question?: unknown;
  readonly files?: unknown;
  readonly changedSince?: unknown;
}

type Answer = (input: ToolInputs, token: vscode.CancellationToken) => Promise<string>;

export function registerAgentTools(search: WorkspaceSearch): vscode.Disposable[] {
  // Editors that are built on VS Code may lack the interface.
  if (typeof vscode.lm?.registerTool !== 'function') return [];
  const answers: Readonly<Record<AgentToolName, Answer>> = {
    async search_comments({ query, count }, token) {
      const wanted = typeof count === 'number' ? Math.min(Math.max(1, count), maxHitCount) : defaultHitCount;
      const { hits, problems } = await search.search({ query: String(query ?? ''), count: wanted }, token);
      return searchText({ hits: hits.map(toAgentHit), problems });
    },
    async ask_comments({ question }, token) {
      const { answer, none, read, problem } = await search.ask({ question: String(question ?? '') }, token);
      return askText({
        answer: answer && {
          answer: answer.passage.text.slice(answer.span.start, answer.span.end),
          sentence: answer.passage.text.slice(answer.sentence.start, answer.sentence.end),
          confidence: answer.score,
          line: (answer.range?.start.line ?? answer.passage.line) + 1,
          passage: toAgentHit(answer.passage),
        },
        none,
        read: read.map(toAgentHit),
        problem,
      });
    },
    async check_comments({ files, changedSince }, token) {
      const uris = (Array.isArray(files) ? files : []).map((file) => toUri(String(file)));
      const since = typeof changedSince === 'string' && changedSince !== '' ? changedSince : undefined;
      if (uris.length === 0 && since === undefined) {
        throw new Error('check_comments needs files, or changedSince with a git revision such as HEAD.');
      }
      const result = await search.checkFiles(
        { uris, ...(since !== undefined && { changedSince: since }) },
        token,
      );
      return checkText({
        ...result,
        findings: result.findings.map(({ uri, line, code, level, score, message, text }) => ({
          file: vscode.workspace.asRelativePath(vscode.Uri.parse(uri)),
          line: line + 1,
          code,
          level,
          confidence: score,
          message,
          text,
        })),
      });
    },
  };
  const messages: Readonly<Record<AgentToolName, string>> = {
    search_comments: vscode.l10n.t('Searching comments and docs'),
    ask_comments: vscode.l10n.t('Asking comments and docs'),
    check_comments: vscode.l10n.t('Checking comments'),
  };
  return agentTools.map(({ name }) =>
    vscode.lm.registerTool<ToolInputs>(editorToolName(name), {
      prepareInvocation: () => ({ invocationMessage: messages[name] }),
      async invoke({ input }, token) {
        const text = await answers[name](input ?? {}, token);
        return new vscode.LanguageModelToolResult([new vscode.LanguageModelTextPart(text)]);
      },
    }),
  );
}

function toAgentHit(passage: FoundPassage): AgentHit {
  const { file, line, endLine, kind, symbol, labels, text, isDeprecated } = passage;
  return {
    file,
    line: line + 1,
    endLine: endLine + 1,
    kind,
    symbol,
    labels: labels.map((label) => label.name),
    text,
    isDeprecated,
  };
}

/** Relative to the first workspace folder, or to the one it begins with; absolute paths and URIs as they are. */
function toUri(file: string): string {
  if (/^[a-z][\w+.-]+:\/\//i.test(file)) return file;
  if (file.startsWith('/') || /^[A-Za-z]:[\\/]/.test(file)) return vscode.Uri.file(file).toString();
  const folders = vscode.workspace.workspaceFolders ?? [];
  const parts = file.split(/[\\/]/);
  const named = folders.length > 1 ? folders.find((folder) => folder.name === parts[0]) : undefined;
  const folder = named ?? folders[0];
  if (!folder) return vscode.Uri.file(file).toString();
  return vscode.Uri.joinPath(folder.uri, ...(named ? parts.slice(1) : parts)).toString();
}
