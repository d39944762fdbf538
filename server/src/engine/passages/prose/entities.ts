// Decodes character references (`&amp;`, `&#8212;`, `&#x1F600;`) in HTML and Markdown text.
// In: a text. Out: edits that put the character in the place of the reference.

import type { TextEdit } from './editText.ts';

/** The names that documents really use; others stay as they are written. */
const named: ReadonlyMap<string, string> = new Map(
  Object.entries({
    amp: '&',
    lt: '<',
    gt: '>',
    quot: '"',
    apos: "'",
    nbsp: ' ',
    ensp: ' ',
    emsp: ' ',
    thinsp: ' ',
    shy: '',
    copy: '©',
    reg: '®',
    trade: '™',
    mdash: '—',
    ndash: '–',
    minus: '−',
    hellip: '…',
    lsquo: '‘',
    rsquo: '’',
    ldquo: '“',
    rdquo: '”',
    laquo: '«',
    raquo: '»',
    bull: '•',
    middot: '·',
    sect: '§',
    para: '¶',
    deg: '°',
    plusmn: '±',
    times: '×',
    divide: '÷',
    ne: '≠',
    le: '≤',
    ge: '≥',
    larr: '←',
    rarr: '→',
    uarr: '↑',
    darr: '↓',
    harr: '↔',
    rArr: '⇒',
    infin: '∞',
    micro: 'µ',
    euro: '€',
    pound: '£',
    yen: '¥',
    cent: '¢',
    frac12: '½',
    frac14: '¼',
    sup2: '²',
    sup3: '³',
    auml: 'ä',
    ouml: 'ö',
    uuml: 'ü',
    Auml: 'Ä',
    Ouml: 'Ö',
    Uuml: 'Ü',
    szlig: 'ß',
    eacute: 'é',
    egrave: 'è',
    agrave: 'à',
    ccedil: 'ç',
    ntilde: 'ñ',
    aacute: 'á',
    iacute: 'í',
    oacute: 'ó',
    uacute: 'ú',
    lbrace: '{',
    rbrace: '}',
    lbrack: '[',
    rbrack: ']',
    lpar: '(',
    rpar: ')',
    num: '#',
    ast: '*',
    lowbar: '_',
    grave: '`',
    vert: '|',
    verbar: '|',
    bsol: '\\',
    sol: '/',
    colon: ':',
    comma: ',',
    period: '.',
    dollar: '$',
    percnt: '%',
    commat: '@',
    excl: '!',
    quest: '?',
    equals: '=',
    plus: '+',
    hyphen: '-',
    dash: '-',
    zwj: '\u200d',
    zwnj: '\u200c',
    check: '✓',
    cross: '✗',
    alpha: 'α',
    beta: 'β',
    gamma: 'γ',
    delta: 'δ',
    lambda: 'λ',
    mu: 'μ',
    pi: 'π',
    sigma: 'σ',
    omega: 'ω',
    Delta: 'Δ',
  }),
);

const reference = /&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|([a-zA-Z][a-zA-Z0-9]{1,30}));/g;

/** `findEntities('a &lt; b')` is `[{ start: 2, end: 6, text: '<' }]`. */
export function findEntities(value: string): TextEdit[] {
  const edits: TextEdit[] = [];
  if (!value.includes('&')) return edits;
  for (const match of value.matchAll(reference)) {
    const text = decode(match[1], match[2], match[3]);
    if (text !== undefined) edits.push({ start: match.index, end: match.index + match[0].length, text });
  }
  return edits;
}

function decode(
  decimal: string | undefined,
  hex: string | undefined,
  name: string | undefined,
): string | undefined {
  if (name !== undefined) return named.get(name);
  const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number.parseInt(decimal, 10);
  const isSurrogate = code >= 0xd800 && code <= 0xdfff;
  if (code === 0 || code > 0x10ffff || isSurrogate) return undefined;
  return code === 0xa0 ? ' ' : String.fromCodePoint(code);
}
