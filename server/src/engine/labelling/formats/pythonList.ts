// Lists as Python and NumPy print them, which is what pandas writes into cells of CSV: `['a', "b's"]`, without commas
// `['a' 'b']`, and nested `[array(['a', 'b'], dtype=object) array([], dtype=object)]`. In: text. Out: the list.

/** Undefined for a text that is no such list, or that goes on behind it. */
export function parsePythonList(text: string): readonly unknown[] | undefined {
  const reader = { text, position: 0 };
  try {
    const list = readList(reader);
    skip(reader, /[\s]*/y);
    return reader.position === text.length ? list : undefined;
  } catch (error) {
    if (error instanceof NoListError) return undefined;
    throw error;
  }
}

interface Reader {
  readonly text: string;
  position: number;
}

class NoListError extends Error {}

function readList(reader: Reader): readonly unknown[] {
  take(reader, /\s*\[/y);
  const list: unknown[] = [];
  for (;;) {
    skip(reader, /[\s,]*/y);
    if (skip(reader, /\]/y)) return list;
    list.push(readValue(reader));
  }
}

function readValue(reader: Reader): unknown {
  const first = reader.text[reader.position];
  if (first === '[') return readList(reader);
  if (first === '"' || first === "'")
    return withoutEscapes(take(reader, first === '"' ? doubleQuoted : singleQuoted));
  if (skip(reader, /array\(/y)) {
    const list = readList(reader);
    take(reader, /[^)]*\)/y);
    return list;
  }
  const word = take(reader, /[^\s,\][()'"]+/y);
  return word === 'None' || word === 'nan' ? null : word;
}

const doubleQuoted = /"(?:[^"\\]|\\.)*"/sy;
const singleQuoted = /'(?:[^'\\]|\\.)*'/sy;

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '\n': '' };

/** Without its quotes: `\'`, `\\`, `\n`, `\xe9`, `\u4e2d`. */
function withoutEscapes(quoted: string): string {
  return quoted
    .slice(1, -1)
    .replace(/\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|U([0-9a-f]{8})|(.))/gis, (all, two, four, eight, one) => {
      const code: string | undefined = two ?? four ?? eight;
      if (code === undefined) return escapes[one as string] ?? String(one);
      const point = Number.parseInt(code, 16);
      return point <= 0x10ffff ? String.fromCodePoint(point) : String(all);
    });
}

function skip(reader: Reader, pattern: RegExp): boolean {
  pattern.lastIndex = reader.position;
  const found = pattern.exec(reader.text);
  if (!found) return false;
  reader.position += found[0].length;
  return true;
}

function take(reader: Reader, pattern: RegExp): string {
  const start = reader.position;
  if (!skip(reader, pattern) || reader.position === start) throw new NoListError();
  return reader.text.slice(start, reader.position);
}
