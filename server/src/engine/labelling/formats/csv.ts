// Comma-separated values as RFC 4180 has them, and as spreadsheets write them: quotes around cells with commas,
// quotes or line breaks, any line end, a byte order mark, commas or semicolons. In: text. Out: records, and back.

/** The first line names the columns. A row with too few cells has empty ones, surplus cells are dropped. */
export function parseCsv(text: string): readonly Readonly<Record<string, string>>[] {
  const [header, ...rows] = splitCsv(text.replace(/^\ufeff/, ''));
  if (!header) return [];
  return rows
    .filter((cells) => cells.length > 1 || cells[0] !== '')
    .map((cells) => Object.fromEntries(header.map((name, index) => [name, cells[index] ?? ''])));
}

/** Columns in the order in which they first appear; a cell that is not text is written as JSON. */
export function formatCsv(records: readonly Readonly<Record<string, unknown>>[]): string {
  const columns = [...new Set(records.flatMap((record) => Object.keys(record)))];
  const lines = [columns, ...records.map((record) => columns.map((column) => toCell(record[column])))];
  return lines.map((cells) => `${cells.map(quote).join(',')}\r\n`).join('');
}

function splitCsv(text: string): string[][] {
  const firstLine = text.slice(0, text.search(/[\r\n]|$/));
  // Spreadsheets of many countries write semicolons, as their decimals have commas.
  const separator = !firstLine.includes(',') && firstLine.includes(';') ? ';' : ',';
  const rows: string[][] = [];
  let row: string[] = [];
  let position = 0;
  while (position < text.length) {
    const { cell, end } = readCell(text, position, separator);
    row.push(cell);
    const next = text[end];
    if (next === separator) {
      position = end + 1;
      if (position === text.length) row.push('');
      else continue;
    } else {
      position = next === '\r' && text[end + 1] === '\n' ? end + 2 : end + 1;
    }
    rows.push(row);
    row = [];
  }
  return rows;
}

function readCell(text: string, start: number, separator: string): { cell: string; end: number } {
  if (text[start] !== '"') {
    let end = start;
    while (end < text.length && text[end] !== separator && text[end] !== '\n' && text[end] !== '\r') end++;
    return { cell: text.slice(start, end), end };
  }
  let cell = '';
  for (let position = start + 1; ; ) {
    const quoteAt = text.indexOf('"', position);
    if (quoteAt < 0) return { cell: cell + text.slice(position), end: text.length };
    cell += text.slice(position, quoteAt);
    if (text[quoteAt + 1] !== '"') return { cell, end: quoteAt + 1 };
    cell += '"';
    position = quoteAt + 2;
  }
}

function toCell(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function quote(cell: string): string {
  return /[",;\r\n]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
