// Text that comes from a document or a model, made safe to stand inside Markdown.

/** Escapes what Markdown or HTML would interpret; line breaks become spaces. */
export function escapeMarkdown(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[\\`*_{}[\]()#+\-!|<>&~]/g, '\\$&');
}

/** A code span that survives backticks in its text: ``inlineCode('a`b')`` is ``` ``a`b`` ```. */
export function inlineCode(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  const longest = Math.max(0, ...[...line.matchAll(/`+/g)].map((run) => run[0].length));
  const fence = '`'.repeat(longest + 1);
  const pad = line.startsWith('`') || line.endsWith('`') ? ' ' : '';
  return `${fence}${pad}${line}${pad}${fence}`;
}
