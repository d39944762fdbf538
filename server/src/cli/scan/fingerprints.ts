// A name for a finding that stays when lines move and spaces change: what baselines and SARIF compare.

import { createHash } from 'node:crypto';

/** Equal texts of one file are told apart by their order. Make one per file. */
export function createFingerprints(): (code: string, text: string) => string {
  const counts = new Map<string, number>();
  return (code, text) => {
    const normalized = text.replace(/\s+/g, ' ').trim();
    const digest = createHash('sha256').update(`${code}\n${normalized}`).digest('hex').slice(0, 16);
    const count = (counts.get(digest) ?? 0) + 1;
    counts.set(digest, count);
    return `${digest}:${count}`;
  };
}
