// Answers the server's questions for settings. A question without a document is about the whole window: left to
// itself, the editor would answer it for the folder of whatever editor is active at that moment.

import * as vscode from 'vscode';
import type { ConfigurationMiddleware } from 'vscode-languageclient/node';

export const answerConfiguration: NonNullable<ConfigurationMiddleware['configuration']> = async (
  params,
  token,
  next,
) => {
  const answers = await next(params, token);
  if (!Array.isArray(answers)) return answers;
  return answers.map((answer, index) => {
    const { scopeUri, section } = params.items[index] ?? {};
    return scopeUri === undefined && section ? readWindowSettings(section) : answer;
  });
};

/** Plain JSON, as the editor's own objects do not survive the way to the server. */
function readWindowSettings(section: string): unknown {
  const value = vscode.workspace.getConfiguration(undefined, null).get(section);
  return JSON.parse(JSON.stringify(value ?? null));
}
