// Inline markup of each prose format: one line of source in, the text that a reader sees out.

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { extractProse, type ProseFormat } from '../../../../server/src/engine/passages/prose/extractProse.ts';
import { checkExtraction } from '../../../support/checkExtraction.ts';

const cases: Readonly<Record<ProseFormat, readonly (readonly [source: string, text: string])[]>> = {
  markdown: [
    ['a *b* _c_ **d** __e__ ***f*** ~~g~~', 'a b c d e f g'],
    ['**M*N** and *a **b** c*', 'M*N and a b c'],
    ['*open and * alone* and 2 * 3', 'open and * alone and 2 * 3'],
    ['snake_case_name and _x_y_', 'snake_case_name and x_y'],
    ['`*code*` and `` a`b `` and ` ` and ``` x', '*code* and a`b and and ``` x'],
    ['[text](url) [t](<a b> "T") [a [b] c](x) ![alt](i.png)', 'text t a [b] c alt'],
    ['[no link] and array[0][1] and [x](', '[no link] and array[0][1] and [x]('],
    ['[`Code`] and [`Code`][link]', 'Code and Code'],
    ['<https://a.b> <me@a.b> <b>bold</b> a<br>b List<T>', 'https://a.b me@a.b bold a b List<T>'],
    ['a <!-- hidden --> b', 'a b'],
    ['\\*a\\* \\a &lt; &#33; &nope; `&lt;`', '*a* \\a < ! &nope; &lt;'],
    ['footnote[^1] and [^note].', 'footnote and .'],
  ],
  restructuredText: [
    ['``a*b`` and *c* and **d** and `e`', 'a*b and c and d and e'],
    [':class:`~a.B`, :py:meth:`!c`, :ref:`text <target>`, `t`:role:', 'B, c, text, t'],
    ['`text <https://a.b>`_ and `other`__ and name_ and anon__', 'text and other and name and anon'],
    ['as shown [1]_, [#a]_ and [CIT]_', 'as shown, and [CIT]'],
    ['|sub| and *args, **kwargs and 2 * 3', 'sub and *args, **kwargs and 2 * 3'],
    ['re\\ *start* and \\*a', 'restart and *a'],
    ['ends with::', 'ends with:'],
  ],
  asciidoc: [
    ['*a* _b_ `c` +d+ #e# **f**g', 'a b c d e fg'],
    ['C++ and a_b_c and 2 * 3', 'C++ and a_b_c and 2 * 3'],
    ['https://a.b[text] link:x.html[y] https://a.b[]', 'text y https://a.b'],
    ['<<id,text>> and <<other>> and xref:a.adoc[b]', 'text and other and b'],
    ['kbd:[Ctrl] a footnote:[gone] b (((index))) c', 'Ctrl a b c'],
    ['`a_b_c` and _build property_. End', 'a_b_c and build property. End'],
  ],
  plainText: [['*as* `it` <stands>', '*as* `it` <stands>']],
};

describe('inline markup', () => {
  for (const [format, list] of Object.entries(cases) as [ProseFormat, (typeof cases)[ProseFormat]][]) {
    for (const [source, wanted] of list) {
      it(`reads ${JSON.stringify(source)} in ${format}`, () => {
        const extraction = extractProse({ id: 'a', language: format, version: 1, text: source }, format);
        checkExtraction(source, extraction);
        assert.deepEqual(
          extraction.passages.map((passage) => passage.text.value),
          [wanted],
        );
      });
    }
  }
});
