// The TextMate injection: which words of a comment it colours. Its patterns use nothing that JavaScript's
// regular expressions do not know, so they can be tried here; a real editor shows the colours.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'mocha';
import { findingCodes } from '../../protocol/settings.ts';
import { cpuTimeMs } from '../support/cpuTime.ts';

interface Grammar {
  readonly injectionSelector: string;
  readonly repository: Readonly<Record<'ignoreMarker' | 'taskTag', { readonly match: string }>>;
}

const grammar = JSON.parse(
  readFileSync(new URL('../../syntaxes/marginalia-comments.injection.json', import.meta.url), 'utf8'),
) as Grammar;

/** `«word»` around each match: `checkMarks('taskTag', '// «TODO» a')`. */
function checkMarks(pattern: keyof Grammar['repository'], marked: string): void {
  const source = marked.replace(/[«»]/g, '');
  const regExp = new RegExp(grammar.repository[pattern].match, 'g');
  assert.equal(
    source.replace(regExp, (match) => `«${match}»`),
    marked,
  );
}

describe('colours in comments', () => {
  it('are injected into comments only', () => {
    assert.equal(grammar.injectionSelector, 'L:comment');
  });

  it('mark task tags as whole words', () => {
    checkMarks('taskTag', '// «TODO»: a, «FIXME»(me) and «HACK»!');
    checkMarks('taskTag', '# «XXX» «BUG» «TBD» «KLUDGE» «WORKAROUND»');
    checkMarks('taskTag', '// TODOS are not tags, nor todo, MY_TODO, $TODO, TODO-list, HACKING');
  });

  it('mark ignore markers with the codes behind them', () => {
    checkMarks('ignoreMarker', '// «marginalia-ignore» because it is old');
    checkMarks('ignoreMarker', '/* «marginalia-ignore-file debt, commented-out-code» */');
    checkMarks('ignoreMarker', '// «marginalia-ignore debt» debtor');
    for (const level of ['line', 'start', 'end'])
      checkMarks('ignoreMarker', `// «marginalia-ignore-${level}»`);
    checkMarks('ignoreMarker', '// marginalia-ignored, my-marginalia-ignore, marginalia-ignore-files');
  });

  it('know every code of a finding', () => {
    for (const code of findingCodes) checkMarks('ignoreMarker', `// «marginalia-ignore ${code}»`);
  });

  it('take no time on a long line without a match', () => {
    const line = 'marginalia-ignor TOD '.repeat(50_000);
    const startMs = cpuTimeMs();
    for (const { match } of Object.values(grammar.repository)) assert.doesNotMatch(line, new RegExp(match));
    assert.ok(cpuTimeMs() - startMs < 500);
  });
});
