// Bytes that come in pieces → lines. For files that are larger than memory and for input that is still being typed.

/**
 * Groups of complete lines, as many as each piece of bytes completes; the rest after the last line feed is a line too.
 * `\n` ends a line; a `\r` before it stays, because JSON does not mind.
 */
export async function* readLines(
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<readonly string[], void, undefined> {
  const decoder = new TextDecoder();
  // Pieces of the unfinished line; joined once, so a line of many chunks costs linear time.
  let pieces: string[] = [];
  for await (const chunk of chunks) {
    const text = decoder.decode(chunk, { stream: true });
    const lines = text.split('\n');
    const last = lines.pop()!;
    if (lines.length > 0) {
      lines[0] = pieces.join('') + lines[0]!;
      pieces = [];
      yield lines;
    }
    pieces.push(last);
  }
  const rest = pieces.join('') + decoder.decode();
  if (rest !== '') yield [rest];
}
