// A passage as the beginning of an issue, in Markdown: what it says, what it is, where it stands. Pure.

import type { PassageSummary } from '../../../protocol/requests.ts';

export function toIssueText(passage: PassageSummary, file: string): string {
  const title = passage.text.length > 70 ? `${passage.text.slice(0, 69)}…` : passage.text;
  const labels = passage.labels.map(({ task, title: label }) => `${task}: ${label}`).join(', ');
  const symbol = passage.symbol === undefined ? '' : ` (\`${passage.symbol.replaceAll('`', '')}\`)`;
  return [
    `# ${title}`,
    '',
    `> ${passage.text}`,
    '',
    `- \`${file}:${passage.range.start.line + 1}\`${symbol}`,
    ...(labels === '' ? [] : [`- ${labels}`]),
    '',
  ].join('\n');
}
