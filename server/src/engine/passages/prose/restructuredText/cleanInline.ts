// Takes the inline markup out of reStructuredText: literals, roles, references, emphasis, substitutions, escapes.
// In: the joined lines of one block, white space collapsed. Out: edits of that text.
// A mark pairs with the next mark of its kind or with none, which keeps hostile text linear.

import type { TextEdit } from '../editText.ts';
import { InlineEdits } from '../inlineEdits.ts';

const role = /:[a-zA-Z][\w:+.-]{0,60}:(?=`)/y;
const roleBehind = /:[a-zA-Z][\w:+.-]{0,60}:/y;
const footnoteMark = /\[(?:\d{1,6}|[#*][\w.-]{0,60})\]_(?!\w)/y;
const citation = /\[([\w.-]{1,80})\]_(?!\w)/y;
const reference = /(?<![\w_])[A-Za-z0-9](?:[\w.+-]{0,80}?[A-Za-z0-9])?(__?)(?![\w_])/g;
const angleTarget = /^(.*?) ?<([^<>]+)>$/s;

export function cleanRstInline(value: string): readonly TextEdit[] {
  return /[\\`*_|:]/.test(value) ? new RstInlineScanner(value).scan() : [];
}

class RstInlineScanner {
  readonly #value: string;
  readonly #edits: InlineEdits;

  constructor(value: string) {
    this.#value = value;
    this.#edits = new InlineEdits(value);
  }

  scan(): readonly TextEdit[] {
    this.#cutTrailingColons();
    let at = 0;
    while (at < this.#value.length) at = this.#step(at);
    return this.#edits.list;
  }

  #step(at: number): number {
    switch (this.#value.charCodeAt(at)) {
      case 92:
        this.#edits.cut(at, this.#value.charCodeAt(at + 1) === 32 ? at + 2 : at + 1);
        return at + 2;
      case 96:
        return this.#value.startsWith('``', at) ? this.#readLiteral(at) : this.#readInterpreted(at, at);
      case 58:
        return this.#readRole(at);
      case 42:
        return this.#readEmphasis(at, this.#value.startsWith('**', at) ? '**' : '*');
      case 124:
        return this.#readEmphasis(at, '|');
      case 91:
        return this.#readMark(at);
      case 95:
        if (this.#value.charCodeAt(at + 1) !== 96 || isWord(this.#value.charAt(at - 1))) return at + 1;
        return this.#readInterpreted(at, at + 1);
      default:
        return this.#readPlain(at);
    }
  }

  /** Plain text up to the next character that can be markup; a word with an underscore behind is a reference. */
  #readPlain(at: number): number {
    let end = at + 1;
    while (end < this.#value.length && !'\\`*|:['.includes(this.#value.charAt(end))) {
      if (this.#value.charAt(end) === '_' && this.#value.charAt(end + 1) === '`') break;
      end++;
    }
    const text = this.#value.slice(at, end);
    if (!text.includes('_')) return end;
    for (const match of text.matchAll(reference)) {
      const markEnd = at + match.index + match[0].length;
      this.#edits.cut(markEnd - match[1]!.length, markEnd);
    }
    return end;
  }

  /** ` ``code`` `: everything up to the next pair of backticks stands as it is. */
  #readLiteral(at: number): number {
    const close = this.#edits.find('``', at + 2);
    if (close < 0) return at + 2;
    let end = close + 2;
    // A literal may end with backticks of its own: the last two close it.
    while (this.#value.charCodeAt(end) === 96) end++;
    this.#edits.cut(at, at + 2);
    this.#edits.cut(end - 2, end);
    return end;
  }

  #readRole(at: number): number {
    role.lastIndex = at;
    const match = role.exec(this.#value);
    return match ? this.#readInterpreted(at, at + match[0].length) : at + 1;
  }

  /** `` `text <target>`_ ``, `` :role:`~pkg.Name` ``, `` `text`:role: ``: the readable part stays. */
  #readInterpreted(start: number, tick: number): number {
    const close = this.#edits.find('`', tick + 1);
    if (close < 0 || close === tick + 1) return tick + 1;
    let textStart = tick + 1;
    let textEnd = close;
    const text = this.#value.slice(textStart, Math.min(close, textStart + 2000));
    const angle = close - textStart < 2000 ? angleTarget.exec(text) : null;
    if (angle) {
      const isNamed = angle[1] !== '';
      textStart += isNamed ? 0 : text.length - angle[2]!.length - 1;
      textEnd = isNamed ? textStart + angle[1]!.length : close - 1;
    } else if (start < tick && text.startsWith('~')) textStart += text.lastIndexOf('.') + 1 || 1;
    else if (start < tick && text.startsWith('!')) textStart++;
    let end = close + 1;
    roleBehind.lastIndex = end;
    const behind = start === tick ? roleBehind.exec(this.#value) : null;
    if (behind) end += behind[0].length;
    else while (end < close + 3 && this.#value.charCodeAt(end) === 95) end++;
    this.#edits.cut(start, textStart);
    this.#edits.cut(textEnd, end);
    return end;
  }

  /** Emphasis opens before a word and closes behind one; an asterisk alone is text. */
  #readEmphasis(at: number, mark: string): number {
    const from = at + mark.length;
    const before = this.#value.charAt(at - 1);
    const opens = !isWord(before) && before !== mark && /\S/.test(this.#value.charAt(from));
    const close = opens ? this.#edits.find(mark, from + 1) : -1;
    const closes =
      close >= 0 &&
      /\S/.test(this.#value.charAt(close - 1)) &&
      !isWord(this.#value.charAt(close + mark.length));
    if (!closes) return from;
    let end = close + mark.length;
    if (mark === '|') while (this.#value.charCodeAt(end) === 95) end++;
    this.#edits.cut(at, from);
    this.#edits.cut(close, end);
    return end;
  }

  #readMark(at: number): number {
    footnoteMark.lastIndex = at;
    const note = footnoteMark.exec(this.#value);
    if (note) {
      // The space that a mark needs before it goes with it.
      this.#edits.cut(this.#value.charCodeAt(at - 1) === 32 ? at - 1 : at, at + note[0].length);
      return at + note[0].length;
    }
    citation.lastIndex = at;
    const cited = citation.exec(this.#value);
    if (!cited) return at + 1;
    const end = at + cited[0].length;
    this.#edits.cut(end - 1, end);
    return end;
  }

  /** `text::` announces a literal block: one colon stays behind a word, none behind a space. */
  #cutTrailingColons(): void {
    const { length } = this.#value;
    if (!this.#value.endsWith('::')) return;
    const isApart = length === 2 || this.#value.charCodeAt(length - 3) === 32;
    this.#edits.cut(isApart ? length - 2 : length - 1, length);
  }
}

function isWord(character: string): boolean {
  return /[\p{L}\p{N}]/u.test(character);
}
