// The page that lists what search left out. In: the server's answer. Out: plain text, by folder and by reason, the
// reason with most files first. Pure.

import type { SkippedFilesResponse } from '../../../protocol/searchRequests.ts';
import type { Translate } from '../statusView.ts';

export function skippedFilesText({ folders }: SkippedFilesResponse, t: Translate): string {
  const lines: string[] = [];
  for (const { name, files } of folders) {
    lines.push(t('{0}: {1} files left out', name, files.length), '');
    const byReason = new Map<string, (typeof files)[number][]>();
    for (const file of files) byReason.set(file.reason, [...(byReason.get(file.reason) ?? []), file]);
    const sorted = [...byReason].sort(([, one], [, other]) => other.length - one.length);
    for (const [reason, group] of sorted) {
      lines.push(`${reasonText(reason, t)} (${group.length})`);
      for (const { file, detail } of group) lines.push(detail ? `  ${file} — ${detail}` : `  ${file}`);
      lines.push('');
    }
  }
  return lines.length > 0 ? lines.join('\n') : t('No file was left out.');
}

/** Reasons of the server, in words; one that is new here is shown by its own name. */
function reasonText(reason: string, t: Translate): string {
  const texts: Readonly<Record<string, string>> = {
    ignored: t('Named by an ignore file or a setting'),
    excludedFolder: t('Folders of tools and of other people’s code'),
    unknownLanguage: t('No language has this file name'),
    binary: t('Not text'),
    minified: t('Not written by a person for persons'),
    tooLarge: t('Too large'),
    symbolicLink: t('Symbolic links are not followed'),
    unreadable: t('Could not be read'),
    notAFile: t('Not a file'),
  };
  return texts[reason] ?? reason;
}
