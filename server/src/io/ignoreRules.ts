// Which files of a folder a person does not want to be read: nested .gitignore and .marginaliaignore files.
// In: folders as the walk enters them. Out: yes or no for each path below, decided by the nearest rule that speaks.

import { lstat, readFile } from 'node:fs/promises';
import path from 'node:path';
import createIgnore from 'ignore';

/** Rules of one folder and, through `parent`, of the folders above it. */
export interface IgnoreRules {
  readonly folder: string;
  readonly matcher: ReturnType<typeof createIgnore>;
  readonly parent: IgnoreRules | undefined;
}

/** Later files win over earlier ones of the same folder. */
const ruleFileNames = ['.gitignore', '.marginaliaignore'];

/** Rules in force inside `folder`; `fileNames` are its entries, so that absent rule files cost nothing. */
export async function extendIgnoreRules(
  parent: IgnoreRules | undefined,
  folder: string,
  fileNames: ReadonlySet<string>,
): Promise<IgnoreRules | undefined> {
  const patterns: string[] = [];
  for (const name of ruleFileNames) {
    if (fileNames.has(name)) patterns.push(await readRuleFile(path.join(folder, name)));
  }
  if (fileNames.has('.git'))
    patterns.unshift(await readRuleFile(path.join(folder, '.git', 'info', 'exclude')));
  if (patterns.every((text) => text.trim() === '')) return parent;
  return { folder, matcher: createIgnore().add(patterns.join('\n')), parent };
}

/** Rules that folders above `folder` lay on it, up to the root of its git repository; outside of one, none. */
export async function inheritIgnoreRules(
  folder: string,
  listNames: (folder: string) => Promise<ReadonlySet<string>>,
): Promise<IgnoreRules | undefined> {
  const above: { folder: string; names: ReadonlySet<string> }[] = [];
  let insideRepository = (await listNames(folder)).has('.git');
  for (let current = folder; !insideRepository; ) {
    const next = path.dirname(current);
    if (next === current) return undefined;
    const names = await listNames(next);
    above.unshift({ folder: next, names });
    insideRepository = names.has('.git');
    current = next;
  }
  let rules: IgnoreRules | undefined;
  for (const entry of above) rules = await extendIgnoreRules(rules, entry.folder, entry.names);
  return rules;
}

/** The nearest folder with a matching pattern decides, as in git. */
export function isIgnored(rules: IgnoreRules | undefined, file: string, isFolder: boolean): boolean {
  for (let current = rules; current !== undefined; current = current.parent) {
    const relative = path.relative(current.folder, file).split(path.sep).join('/');
    const verdict = current.matcher.test(isFolder ? `${relative}/` : relative);
    if (verdict.ignored) return true;
    if (verdict.unignored) return false;
  }
  return false;
}

/** Nobody writes as many rules by hand. */
const maxRuleBytes = 1024 * 1024;

/**
 * As in git, a link is no rule file: it may lead out of the folder. What is no file at all, such as a pipe, may never
 * end.
 */
async function readRuleFile(file: string): Promise<string> {
  try {
    const stats = await lstat(file);
    return stats.isFile() && stats.size <= maxRuleBytes ? await readFile(file, 'utf8') : '';
  } catch {
    // A rule file that cannot be read hides nothing.
    return '';
  }
}
