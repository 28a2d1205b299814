// Draws a screen again: bytes that bring a new terminal of the same size into the state another one is in. Cells with
// their attributes, scrollback, both screens, wrapped lines, saved cursors, scroll regions, tab stops, character sets,
// modes, cursor. Whether it came out right is not taken on trust: `screen-difference.ts` compares.

import { isErasure, isPlain, isProtected, rendition } from './rendition.ts';
import {
  attributesAt,
  type CoreBuffer,
  type CoreLine,
  type CoreState,
  charsAt,
  HAS_EXTENDED,
  meaningful,
  widthAt,
} from './xterm-core.ts';

/** Which character sets a designator stands for, made with a terminal that was given each of them. */
export type CharsetNames = ReadonlyMap<object | undefined, string>;

/** Printed where only a wide character does what is needed, and erased again. */
const WIDE = '中';

export function paint(state: CoreState, names: CharsetNames): string {
  const { buffers } = state;
  const out: string[] = [];
  rows(out, state, buffers.normal);
  settings(out, state, buffers.normal, names);
  if (buffers.active === buffers.alt) {
    // Where the cursor was on the other screen decides what a change of size does to that one.
    out.push(`\x1b[m\x1b[${buffers.normal.y + 1};1H\x1b[?47h`);
    rows(out, state, buffers.alt);
    settings(out, state, buffers.alt, names);
  } else if (hasSaved(state, buffers.alt)) {
    out.push('\x1b[m\x1b[?47h');
    saved(out, state, buffers.alt, names);
    out.push('\x1b[?47l');
  }
  modes(out, state);
  charsets(out, state, names);
  cursor(out, state);
  return out.join('');
}

function rows(out: string[], { cols }: CoreState, buffer: CoreBuffer): void {
  const { lines } = buffer;
  out.push('\x1b[H');
  // What the first line goes on from is gone: a line that was wrapped onto moves up to where it was.
  if (lines.get(0)?.isWrapped) out.push(`\x1b[${cols}G`, wrapped(cols), '\x1b[H\x1b[M');
  for (let nth = 0; nth < lines.length; nth += 1) {
    const line = lines.get(nth);
    const next = nth + 1 < lines.length ? lines.get(nth + 1) : undefined;
    if (line === undefined) continue;
    row(out, line, cols);
    if (next === undefined) break;
    const last = attributesAt(line, cols - 1);
    const empty = charsAt(line, cols - 1) === '' && widthAt(line, cols - 1) === 1;
    const odd = empty && !isErasure(last);
    if (!next.isWrapped && !odd) out.push('\x1b[m\r\n');
    else out.push(empty ? `\x1b[${cols}G${rendition(last)}` : '', wrapped(cols));
    // Up and down again: a line feed says that the line begins anew.
    if (!next.isWrapped && odd) out.push('\x1b[A\n');
  }
}

/** Onto the next line as a character goes that has no room, and erased there. An empty last cell gets its attributes. */
function wrapped(cols: number): string {
  return `${WIDE}\x1b[m\r\x1b[${cols}X`;
}

/** The cursor stays behind the last cell if that is printed. */
function row(out: string[], line: CoreLine, cols: number): void {
  let current = '\x1b[m';
  let skipped = 0;
  out.push(current);
  for (let column = 0; column < cols; ) {
    const chars = charsAt(line, column);
    const width = widthAt(line, column);
    const attributes = attributesAt(line, column);
    if (chars === '' && (width === 0 || isPlain(attributes))) {
      skipped += width;
      column += 1;
      continue;
    }
    if (skipped > 0) out.push(`\x1b[${skipped}C`);
    skipped = 0;
    const wanted = rendition(attributes);
    if (wanted !== current) out.push(wanted);
    current = isProtected(attributes) ? '' : wanted;
    if (chars !== '') out.push(chars, isProtected(attributes) ? '\x1b[0"q' : '');
    else if (isErasure(attributes)) {
      skipped = erasures(line, column, cols);
      out.push(`\x1b[${skipped}X`);
      column += skipped;
      continue;
    } else if (column + 1 < cols) {
      // Half of a wide character that was printed over: the only way to such a cell.
      out.push(WIDE, '\x1b[D', `x\x1b[m\x1b[${column + 2}G\x1b[X`);
      current = '\x1b[m';
    }
    column += 1;
  }
}

/** How many cells from `column` on were erased alike. */
function erasures(line: CoreLine, column: number, cols: number): number {
  const { bg } = attributesAt(line, column);
  let end = column + 1;
  for (; end < cols; end += 1) {
    const next = attributesAt(line, end);
    if (charsAt(line, end) !== '' || widthAt(line, end) !== 1 || next.fg !== 0 || next.bg !== bg) break;
  }
  return end - column;
}

/** What belongs to one of the two screens. The cursor goes anywhere. */
function settings(out: string[], state: CoreState, buffer: CoreBuffer, names: CharsetNames): void {
  if (hasSaved(state, buffer)) saved(out, state, buffer, names);
  const columns = Array.from({ length: state.cols }, (_, column) => column);
  if (columns.some((column) => Boolean(buffer.tabs[column]) !== (column % 8 === 0))) {
    out.push('\x1b[3g', ...columns.map((column) => (buffer.tabs[column] ? `\x1b[${column + 1}G\x1bH` : '')));
  }
  if (buffer.scrollTop !== 0 || buffer.scrollBottom !== state.rows - 1) {
    out.push(`\x1b[${buffer.scrollTop + 1};${buffer.scrollBottom + 1}r`);
  }
}

/** Where DECRC would go, and with what. Behind the last column counts: a wider screen has room there. */
export function savedCursor({ rows: height }: CoreState, buffer: CoreBuffer) {
  const { savedX, savedY, ybase, savedCurAttrData } = buffer;
  return {
    x: savedX,
    y: Math.max(0, Math.min(savedY - ybase, height - 1)),
    fg: meaningful(savedCurAttrData.fg),
    bg: meaningful(savedCurAttrData.bg) & ~HAS_EXTENDED,
    charset: buffer.savedCharset,
  };
}

function hasSaved(state: CoreState, buffer: CoreBuffer): boolean {
  const { x, y, fg, bg, charset } = savedCursor(state, buffer);
  return x !== 0 || y !== 0 || fg !== 0 || bg !== 0 || charset !== undefined;
}

function saved(out: string[], state: CoreState, buffer: CoreBuffer, names: CharsetNames): void {
  const { x, y, fg, bg, charset } = savedCursor(state, buffer);
  const line = buffer.lines.get(buffer.ybase + y);
  const behind = line === undefined || x < state.cols ? undefined : lastCharacter(line, x);
  out.push(`\x1b[${y + 1};${Math.min(x, state.cols - 1) + 1}H`);
  if (behind !== undefined) out.push(`\x1b[${behind.column + 1}G`, rendition(behind.attributes), behind.chars);
  out.push(rendition({ fg, bg, extended: { ext: 0 } }), `\x0f\x1b(${names.get(charset) ?? 'B'}`);
  out.push('\x1b7', '\x1b(B\x1b[0"q\x1b[m');
}

/** The character that ends at `end`, to be printed again where it is. */
function lastCharacter(line: CoreLine, end: number) {
  const width = widthAt(line, end - 1) === 0 ? 2 : 1;
  const column = end - width;
  const chars = column < 0 ? '' : charsAt(line, column);
  return chars === '' ? undefined : { chars, column, width, attributes: attributesAt(line, column) };
}

const SHIFTS: readonly string[] = ['\x0f', '\x0e', '\x1bn', '\x1bo'];
const SETS: readonly string[] = ['(', ')', '*', '+'];

function charsets(out: string[], { charsets: { all, level, current } }: CoreState, names: CharsetNames): void {
  all.forEach((set, g) => {
    if (set !== undefined) out.push(`\x1b${SETS[g]}${names.get(set) ?? 'B'}`);
  });
  if (level !== 0) out.push(SHIFTS[level] ?? '');
  // A cursor restored without a set of its own leaves none, whatever was designated.
  if (current !== all[level]) out.push('\x1b8');
}

const MODES: readonly (readonly [string, string])[] = [
  ['applicationCursorKeys', '\x1b[?1h'],
  ['applicationKeypad', '\x1b='],
  ['bracketedPasteMode', '\x1b[?2004h'],
  ['reverseWraparound', '\x1b[?45h'],
  ['sendFocus', '\x1b[?1004h'],
];
const MICE: { readonly [protocol: string]: string } = { X10: '9', VT200: '1000', DRAG: '1002', ANY: '1003' };
const ENCODINGS: { readonly [encoding: string]: string } = { SGR: '1006', SGR_PIXELS: '1016' };
const SHAPES: readonly unknown[] = [undefined, 'block', 'underline', 'bar'];

function modes(out: string[], { modes: set, mouse, cursorHidden }: CoreState): void {
  for (const [name, sequence] of MODES) if (set[name] === true) out.push(sequence);
  if (set.wraparound === false) out.push('\x1b[?7l');
  const mice = MICE[mouse.protocol];
  const encoding = ENCODINGS[mouse.encoding];
  if (mice !== undefined) out.push(`\x1b[?${mice}h`);
  if (encoding !== undefined) out.push(`\x1b[?${encoding}h`);
  if (cursorHidden) out.push('\x1b[?25l');
  const shape = SHAPES.indexOf(set.cursorStyle);
  if (shape > 0) out.push(`\x1b[${2 * shape - (set.cursorBlink === true ? 1 : 0)} q`);
}

/** Last of all: origin mode moves it, insert mode would move what is printed, and the last character may be joined. */
function cursor(out: string[], { buffers, attributes, modes: set, insertMode, joins, cols }: CoreState): void {
  const { x, y, ybase, scrollTop, lines } = buffers.active;
  const origin = set.origin === true;
  const line = lines.get(ybase + y);
  const at = (column: number) => `\x1b[${y + 1 - (origin ? scrollTop : 0)};${column + 1}H`;
  const last = line !== undefined && x > 0 && (x === cols || joins !== 0) ? lastCharacter(line, x) : undefined;
  const now = rendition(attributes);
  out.push(origin ? '\x1b[?6h' : '', insertMode ? '\x1b[4h' : '');
  if (last === undefined) {
    out.push(at(Math.min(x, cols - 1)), now);
    return;
  }
  // In insert mode its place is made first, by taking it away.
  if (insertMode) out.push(at(last.column), `\x1b[${last.width}P`);
  const { fg, bg } = last.attributes;
  const same = fg === meaningful(attributes.fg) && bg === meaningful(attributes.bg);
  out.push(at(last.column), same ? now : rendition(last.attributes), last.chars, same && joins !== 0 ? '' : now);
}
