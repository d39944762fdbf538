// What the names of HTML elements mean for a reader of text. Tables only.

/** The document's title is a heading, but no section: its level is undefined. */
export const headingLevels: ReadonlyMap<string, number | undefined> = new Map([
  ['title', undefined],
  ['h1', 1],
  ['h2', 2],
  ['h3', 3],
  ['h4', 4],
  ['h5', 5],
  ['h6', 6],
]);

export const listItemNames: ReadonlySet<string> = new Set(['li', 'dt', 'dd']);

/** Elements that start and end a piece of text. */
export const blockNames: ReadonlySet<string> = new Set(
  (
    'address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure ' +
    'footer form h1 h2 h3 h4 h5 h6 head header hgroup hr html legend li main menu nav ol p section summary table tbody ' +
    'td tfoot th thead title tr ul option select button label optgroup'
  ).split(' '),
);

/** Elements without an end tag, or between words, that stand for white space. */
export const spacedNames: ReadonlySet<string> = new Set([
  'br',
  'img',
  'input',
  'wbr',
  'option',
  'button',
  'hr',
]);

/** Text that is nothing but these is code, not prose; inside a sentence they are words of it. */
export const codeNames: ReadonlySet<string> = new Set(['code', 'kbd', 'samp', 'tt', 'var']);

/** Elements whose text nobody reads as prose. */
export const skippedNames: ReadonlySet<string> = new Set([
  'pre',
  'svg',
  'math',
  'canvas',
  'object',
  'listing',
  'xmp',
  'plaintext',
]);

export const rawNames: ReadonlySet<string> = new Set(['script', 'style', 'textarea']);
