// Whether two terminals are in the same state: what is seen, and what decides how the next byte is drawn.

import { savedCursor } from './paint.ts';
import {
  attributesAt,
  type CoreBuffer,
  type CoreLine,
  type CoreState,
  charsAt,
  meaningful,
  widthAt,
} from './xterm-core.ts';

/** What differs first; undefined when nothing does. */
export function screenDifference(one: CoreState, other: CoreState): string | undefined {
  const facts = [factsOf(one), factsOf(other)] as const;
  if (facts[0] !== facts[1]) return `expected ${facts[0]}, got ${facts[1]}`;
  const sets = [charsetsOf(one), charsetsOf(other)] as const;
  // One object stands for one character set, in all terminals of a process.
  if (sets[0].some((set, nth) => set !== sets[1][nth])) return 'character sets differ';
  const normal = bufferDifference(one.buffers.normal, other.buffers.normal);
  if (normal !== undefined || one.buffers.active !== one.buffers.alt) return normal;
  return bufferDifference(one.buffers.alt, other.buffers.alt);
}

function factsOf(state: CoreState): string {
  const { buffers, attributes, modes, insertMode, cursorHidden, mouse, charsets, joins, ground, cols, rows } = state;
  const { normal, alt, active } = buffers;
  const [fg, bg] = [meaningful(attributes.fg), meaningful(attributes.bg)];
  const { ext } = attributes.extended;
  return JSON.stringify([
    [cols, rows, active === alt, active.x, active.y, normal.y, normal.ybase, normal.lines.length],
    [fg, bg, ext, joins !== 0, ground, insertMode, cursorHidden, mouse],
    Object.keys(modes)
      .sort()
      .map((name) => [name, modes[name] ?? null]),
    charsets.level,
    [normal, ...(active === alt ? [alt] : [])].map((buffer) => [buffer.scrollTop, buffer.scrollBottom, tabs(buffer)]),
    [normal, alt].map((buffer) => ({ ...savedCursor(state, buffer), charset: null })),
  ]);

  function tabs(buffer: CoreBuffer): readonly number[] {
    return Array.from({ length: cols }, (_, column) => column).filter((column) => buffer.tabs[column]);
  }
}

function charsetsOf({ charsets, buffers }: CoreState): readonly (object | undefined)[] {
  return [...charsets.all, charsets.current, buffers.normal.savedCharset, buffers.alt.savedCharset];
}

function bufferDifference(one: CoreBuffer, other: CoreBuffer): string | undefined {
  for (let row = 0; row < one.lines.length; row += 1) {
    const [line, drawn] = [one.lines.get(row), other.lines.get(row)];
    if (line === undefined || drawn === undefined) return `row ${row} is missing`;
    if (line.isWrapped !== drawn.isWrapped) return `row ${row} wraps differently`;
    if (sameNumbers(line._data, drawn._data) && !hasMore(line) && !hasMore(drawn)) continue;
    for (let column = 0; column < line.length; column += 1) {
      const cells = [cellOf(line, column), cellOf(drawn, column)];
      if (cells[0] !== cells[1]) return `row ${row}, column ${column}: expected ${cells[0]}, got ${cells[1]}`;
    }
  }
  return undefined;
}

function sameNumbers(one: Uint32Array, other: Uint32Array): boolean {
  return one.length === other.length && one.every((value, nth) => value === other[nth]);
}

/** Characters of several code points, or attributes that do not fit into the numbers. */
function hasMore({ _combined, _extendedAttrs }: CoreLine): boolean {
  for (const _ in _combined) return true;
  for (const _ in _extendedAttrs) return true;
  return false;
}

function cellOf(line: CoreLine, column: number): string {
  const { fg, bg, extended } = attributesAt(line, column);
  return `${widthAt(line, column)} ${JSON.stringify(charsAt(line, column))} ${fg} ${bg} ${extended.ext}`;
}
