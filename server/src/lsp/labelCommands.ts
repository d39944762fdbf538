// Commands of our client for labelling, as hovers and code actions name them. In: which, and about what.
// Out: what the protocol calls a command, or a link for trusted Markdown.

import type { Command, Position } from 'vscode-languageserver';

export const labelCommandNames = {
  confirm: 'marginalia.confirmLabels',
  correct: 'marginalia.correctLabels',
  dismiss: 'marginalia.dismissFinding',
  accurate: 'marginalia.stillAccurate',
} as const;

/** The one argument of these commands. */
export interface LabelTarget {
  readonly uri: string;
  readonly position: Position;
  /** Only this task is meant. */
  readonly task?: string;
  /** Code of the finding to dismiss. */
  readonly code?: string;
}

export function toCommand(name: keyof typeof labelCommandNames, title: string, target: LabelTarget): Command {
  return { title, command: labelCommandNames[name], arguments: [target] };
}

/** `[Right](command:marginalia.confirmLabels?…)`; the title must be escaped already. */
export function toCommandLink(
  name: keyof typeof labelCommandNames,
  title: string,
  target: LabelTarget,
): string {
  const query = encodeURIComponent(JSON.stringify([target])).replace(/[()]/g, (one) =>
    one === '(' ? '%28' : '%29',
  );
  return `[${title}](command:${labelCommandNames[name]}?${query})`;
}
