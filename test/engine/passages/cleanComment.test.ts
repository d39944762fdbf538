// What a reader sees of a comment: markers, gutters, frames and inline markup go, words and block tags stay.

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { extractPassages } from '../../../server/src/engine/passages/extractPassages.ts';
import { checkComments } from './checkComments.ts';

/** The texts of the passages of one source. */
function read(language: string, text: string): readonly string[] {
  const extraction = extractPassages({ id: 'case', language, version: 1, text });
  checkComments(text, extraction);
  return extraction.passages.map((passage) => passage.text.value);
}

function readTags(language: string, text: string): readonly string[] {
  const extraction = extractPassages({ id: 'case', language, version: 1, text });
  checkComments(text, extraction);
  return extraction.passages.flatMap((passage) =>
    passage.tags.map((tag) => `${tag.name} ${text.slice(tag.span.start, tag.span.end)}`),
  );
}

describe('cleanComment', () => {
  const cases: readonly (readonly [string, string, string, readonly string[]])[] = [
    ['joins the lines of a paragraph with one space', 'go', '// a\n//   b\n', ['a b']],
    ['separates paragraphs with a line feed', 'go', '// a\n//\n// b', ['a\nb']],
    [
      'begins a list item on its own line',
      'go',
      '// list:\n// - a\n//   more\n// - b',
      ['list:\n- a more\n- b'],
    ],
    ['takes a gutter away', 'java', '/*\n * a\n *  b\n */', ['a b']],
    ['keeps bullets where there is no gutter', 'java', '/* list\n   * a\n   b */', ['list\n* a b']],
    ['takes a frame away', 'c', '/****************\n * Title        *\n ****************/', ['Title']],
    ['takes rulers around a title away', 'python', '# ==== Title ====', ['Title']],
    ['takes box drawings away', 'rust', '// ─── Title ───', ['Title']],
    ['keeps decoration that is all there is', 'python', '# ----------', ['----------']],
    ['gives nothing for an empty comment', 'c', '/**/ //\n/* */ //   \n', []],
    ['keeps a minus and a plus in a sentence', 'go', '// x -- y ++ z - 1', ['x -- y ++ z - 1']],
    [
      'keeps angle brackets in ordinary comments',
      'typescript',
      '// a Map<string, T> and <p>',
      ['a Map<string, T> and <p>'],
    ],
    [
      'keeps the words of inline tags',
      'java',
      '/** See {@link A#b(int) the b}, {@code x < y}. */',
      ['See A#b(int) the b, x < y.'],
    ],
    ['follows an inline tag over lines', 'java', '/** A {@link\n * Foo#bar} b.\n */', ['A Foo#bar b.']],
    ['drops HTML in documentation', 'java', '/** A<br>b <code>c</code>.<p>d */', ['A b c.d']],
    [
      'reads XML documentation',
      'csharp',
      '/// <summary>A <see cref="M:X.Y"/> b <c>d</c>.</summary>',
      ['A X.Y b d.'],
    ],
    ['drops the command of a short description', 'cpp', '/// @brief A \\p b.', ['A b.']],
    [
      'resolves roles',
      'python',
      '"""A :class:`~x.Y` and :ref:`the end <z>` and ``c``."""',
      ['A x.Y and the end and c.'],
    ],
    [
      'resolves links of Rust and Dart',
      'rust',
      '/// A [`Vec`], [text](https://x.y) and a[0].',
      ['A Vec, text and a[0].'],
    ],
    ['keeps comments apart whose columns differ', 'c', '// a\n  // b', ['a', 'b']],
    ['keeps trailing comments apart', 'c', 'int a; // a\nint b; // b\n', ['a', 'b']],
    ['joins a trailing comment that continues aligned', 'c', 'int a; // a\n       // b\n', ['a b']],
    ['does not join over an empty line', 'c', '// a\n\n// b', ['a', 'b']],
    ['does not join different markers', 'rust', '/// a\n// b\n//! c', ['a', 'b', 'c']],
    ['reads lone carriage returns as line breaks', 'c', '// a\r// b\r\r// c', ['a b', 'c']],
  ];
  for (const [name, language, text, expected] of cases) {
    it(name, () => assert.deepEqual(read(language, text), expected));
  }

  it('lists block tags with their places', () => {
    assert.deepEqual(readTags('java', '/** A.\n * @param x the x\n * @Deprecated\n */'), [
      'param @param',
      'deprecated @Deprecated',
    ]);
    assert.deepEqual(readTags('python', '"""A.\n\n:param x: b\n:returns: c\n"""'), [
      'param :param',
      'returns :returns',
    ]);
    assert.deepEqual(readTags('python', '"""A.\n\nArgs:\n    x: b\n"""'), ['args Args']);
    assert.deepEqual(readTags('python', '"""A.\n\nParameters\n----------\nx : int\n"""'), [
      'parameters Parameters',
    ]);
    assert.deepEqual(readTags('csharp', '/// <param name="x">A</param>'), ['param <param']);
    assert.deepEqual(readTags('c', '/** \\param x a */'), ['param \\param']);
  });

  it('lists no tags in ordinary comments', () => {
    assert.deepEqual(readTags('java', '// @param x'), []);
  });
});
