// `author:` and `since:` in a search: whether somebody wrote a line of a passage, asked of the history of its file.
// In: the filter of a query and the history of the folder. Out: a test of places, which looks at few files only.

import type { FolderHistory, HistoryFilter, LineChange, Place } from '../storage.ts';

export interface HistoryTest {
  /** Where such lines may be; anything else need not be looked at. */
  readonly files: readonly string[];
  passes(place: Place): Promise<boolean>;
  /** Said when there were more files than one search may ask for. */
  readonly problem: string | undefined;
}

/** Each costs git some ten milliseconds the first time. */
const mostFiles = 60;

/** `undefined` where no history is known. */
export async function createHistoryTest(
  filter: HistoryFilter,
  history: FolderHistory,
): Promise<HistoryTest | undefined> {
  const files = await history.changedFiles(filter);
  if (files === undefined) return undefined;
  const asked = new Map<string, Promise<readonly LineChange[] | undefined>>();
  let isOver = false;
  return {
    files,
    async passes({ file, line, endLine }) {
      let lines = asked.get(file);
      if (!lines) {
        if (asked.size >= mostFiles) {
          isOver = true;
          return false;
        }
        lines = history.lines(file);
        asked.set(file, lines);
      }
      const found = await lines;
      // A file that is in no commit yet is new, and nobody else's.
      if (found === undefined) return filter.authors.length === 0;
      return found.slice(line - 1, endLine).some((change) => matches(change, filter));
    },
    get problem() {
      return isOver
        ? `Only the ${mostFiles} best files were asked for their history; more words or path: find the rest.`
        : undefined;
    },
  };
}

function matches({ author, timeMs }: LineChange, { authors, sinceMs }: HistoryFilter): boolean {
  const name = author.toLowerCase();
  return (
    (authors.length === 0 || authors.some((one) => name.includes(one))) &&
    (sinceMs === undefined || timeMs >= sinceMs)
  );
}

const dayMs = 24 * 60 * 60 * 1000;
const unitDays: Readonly<Record<string, number>> = { d: 1, w: 7, m: 30, y: 365 };

/** `2026-01-31`, `2026-01`, `2026`, or `30d`, `2w`, `6m`, `1y` ago; `undefined` for anything else. */
export function parseSince(value: string, nowMs: number): number | undefined {
  const ago = /^(\d{1,4})([dwmy])$/i.exec(value);
  if (ago) return nowMs - Number(ago[1]) * unitDays[ago[2]!.toLowerCase()]! * dayMs;
  if (!/^\d{4}(-\d{2}(-\d{2})?)?$/.test(value)) return undefined;
  const time = Date.parse(value);
  return Number.isNaN(time) ? undefined : time;
}
