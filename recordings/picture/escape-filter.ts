// What stands between bytes from a target and any emulator, in the browser and on the server. Attacker-controlled: 13
// bytes, `CSI 2147483647 S`, keep xterm busy for minutes. Repeat counts are clamped to the screen, control strings (OSC,
// DCS, SOS, PM, APC) are bounded, and where nobody answers, what asks or paints over the reader's colours is left out.
// Only what is shown is filtered, never what is recorded. Nothing but this language is used: the page runs it as well.
//
// What is not whole yet is held back, so that the emulator behind it is always in its ground state between two pushes,
// and `held` is all there is to know about a stream cut at any byte.

export interface FilterOptions {
  /** The emulator's answers reach the target: a terminal somebody works in. Otherwise a view, which only ever receives. */
  readonly answers?: boolean;
  readonly columns?: number;
  readonly rows?: number;
}

/** No screen has more rows or columns, so a larger count means the same. */
const MOST_REPEATS = 1000;
const LONGEST_CSI = 256;
/** What titles and links need; a longer control string is left out. */
const LONGEST_STRING = 4096;
/** A control string that has not ended by then is none: what follows is shown, or a view could be blinded for good. */
const LONGEST_SILENCE = 64 * 1024;

const ESC = 0x1b;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const SPECIAL = /[\x18\x1a\x1b\x80-\x9f]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: what may end a control string
const STRING_END = /[\x07\x18\x1a\x1b\x9c]/g;

/** One per stream: sequences and characters may be split anywhere between chunks. */
export class EscapeFilter {
  readonly #answers: boolean;
  #columns: number;
  #rows: number;
  readonly #decoder = new TextDecoder();
  /** Of a character that is not whole. */
  #bytes: Uint8Array = new Uint8Array(0);
  /** Of a sequence that is not whole, from its ESC on. */
  #sequence = '';
  #out: string[] = [];

  constructor({ answers = false, columns = MOST_REPEATS, rows = MOST_REPEATS }: FilterOptions = {}) {
    this.#answers = answers;
    this.#columns = columns;
    this.#rows = rows;
  }

  resize(columns: number, rows: number): void {
    this.#columns = columns;
    this.#rows = rows;
  }

  /** Bytes that bring a new filter to where this one is, and draw nothing. */
  get held(): Uint8Array {
    return joined(new TextEncoder().encode(this.#sequence), this.#bytes);
  }

  /** What an emulator may be given, invalid UTF-8 replaced. */
  push(bytes: Uint8Array): string {
    const all = this.#bytes.length === 0 ? bytes : joined(this.#bytes, bytes);
    const whole = all.length - unfinished(all);
    this.#bytes = all.slice(whole);
    const text = this.#decoder.decode(all.subarray(0, whole));
    SPECIAL.lastIndex = 0;
    if (this.#sequence === '' && !SPECIAL.test(text)) return text;
    this.#out = [];
    for (let at = 0; at < text.length; ) at = this.#sequence === '' ? this.#ground(text, at) : this.#inside(text, at);
    return this.#out.join('');
  }

  /** Plain text as far as it reaches, and the control after it. Answers where to go on. */
  #ground(text: string, at: number): number {
    SPECIAL.lastIndex = at;
    const found = SPECIAL.exec(text)?.index ?? text.length;
    if (found > at) this.#out.push(text.slice(at, found));
    if (found === text.length) return found;
    this.#begin(text.charCodeAt(found));
    return found + 1;
  }

  #inside(text: string, at: number): number {
    const kind = this.#sequence[1];
    if (kind !== undefined && STRINGS.has(kind)) return this.#string(text, at);
    const code = text.charCodeAt(at);
    if (isBreak(code)) this.#begin(code);
    // A control inside a sequence is executed at once, and the sequence goes on.
    else if (code < 0x20) this.#out.push(text.charAt(at));
    else if (code === 0x7f) return at + 1;
    // No character of a sequence: it is given up, and this one is shown.
    else if (code > 0x7e) {
      this.#sequence = '';
      return at;
    } else if (kind === '[') this.#csi(text.charAt(at), code);
    else this.#escape(text.charAt(at), code);
    return at + 1;
  }

  /** ESC and C1 begin something, whatever was running; CAN and SUB end it. */
  #begin(code: number): void {
    if (code === ESC) this.#sequence = '\x1b';
    else if (code >= 0x80) {
      // C1 controls in their two-byte form, which every emulator reads alike.
      this.#sequence = '\x1b';
      this.#escape(String.fromCharCode(code - 0x40), code - 0x40);
    } else this.#sequence = '';
  }

  #escape(character: string, code: number): void {
    const first = this.#sequence === '\x1b';
    this.#sequence += character;
    if (first && (character === '[' || STRINGS.has(character))) return;
    if (code < 0x30 && this.#sequence.length <= 4) return;
    // ST alone, and what would make the terminal answer (DECID), say nothing to a view.
    const silent = this.#sequence === '\x1b\\' || (!this.#answers && this.#sequence === '\x1bZ');
    if (!silent && code >= 0x30) this.#out.push(this.#sequence);
    this.#sequence = '';
  }

  #csi(character: string, code: number): void {
    if (code < 0x40) {
      this.#sequence = this.#sequence.length < LONGEST_CSI ? this.#sequence + character : '';
      return;
    }
    const parameters = this.#sequence.slice(2);
    this.#sequence = '';
    if (this.#answers || !asksOrHarms(parameters, character)) {
      this.#out.push(`\x1b[${this.#clamped(parameters, character)}${character}`);
    }
  }

  #string(text: string, at: number): number {
    STRING_END.lastIndex = at;
    const bell = this.#sequence[1] === ']';
    let end = STRING_END.exec(text);
    while (end?.[0] === '\x07' && !bell) end = STRING_END.exec(text);
    const found = end?.index ?? text.length;
    const room = LONGEST_SILENCE - this.#sequence.length;
    if (found - at > room) {
      this.#sequence = '';
      return at + room;
    }
    this.#sequence += text.slice(at, found);
    if (end === null) return found;
    const cancelled = end[0] === '\x18' || end[0] === '\x1a';
    if (this.#answers && !cancelled && this.#sequence.length <= LONGEST_STRING) {
      this.#out.push(this.#sequence, end[0] === '\x07' ? '\x07' : '\x1b\\');
    }
    this.#sequence = end[0] === '\x1b' ? '\x1b' : '';
    return found + 1;
  }

  /** Parameters with counts cut down. Modes, colours, reports and private sequences carry names, not counts. */
  #clamped(parameters: string, final: string): string {
    if (/^[<-?]/.test(parameters) || 'hlmnctpqr'.includes(final)) return parameters;
    const most = 'SLMT'.includes(final) ? this.#rows : 'bIZP@X'.includes(final) ? this.#columns : MOST_REPEATS;
    return parameters.replace(/\d+/g, (digits) => (Number(digits) > most ? String(most) : digits));
  }
}

/** What opens a control string: OSC, DCS, SOS, PM, APC. */
const STRINGS: ReadonlySet<string> = new Set([']', 'P', 'X', '^', '_']);

/** CAN, SUB, ESC, C1. */
function isBreak(code: number): boolean {
  return code === 0x18 || code === 0x1a || code === ESC || (code >= 0x80 && code <= 0x9f);
}

/** Reports and window operations; the checksum of a rectangle; keyboards that answer; output held back by the target. */
function asksOrHarms(parameters: string, final: string): boolean {
  if ('ctnxuy'.includes(final)) return !(final === 'u' && parameters === '');
  if (final === 'p') return parameters.includes('$');
  if (final === 'q') return parameters.startsWith('>');
  return (final === 'h' || final === 'l') && /^\?(?:.*;)?2026(?:;|$)/.test(parameters);
}

/** How many bytes at the end begin a character of UTF-8 that is not whole. */
function unfinished(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte >= 0xc2 && byte <= 0xf4) return back < (byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4) ? back : 0;
    if (byte < 0x80 || byte > 0xbf) return 0;
  }
  return 0;
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const whole = new Uint8Array(first.length + second.length);
  whole.set(first);
  whole.set(second, first.length);
  return whole;
}
