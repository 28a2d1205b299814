// Reads a command from the screen: the place where its first key fell, and what stands between there and the cursor.

import type { IMarker, Terminal } from '@xterm/headless';

/** Where the first key after a prompt fell. */
export interface Anchor {
  /** Of the line, as long as it is on the screen or above it. */
  readonly marker: IMarker | undefined;
  readonly column: number;
  /** What stood before the cursor on that line. */
  readonly prompt: string;
}

export interface Reading {
  readonly text: string;
  /** The line of the anchor itself, not one where the same prompt was drawn again. */
  readonly anchored: boolean;
}

/** How far up a prompt is looked for. */
const MOST_LINES = 100;

/** Undefined on the alternate screen, where no shell has a prompt. */
export function anchorHere(terminal: Terminal): Anchor | undefined {
  const { active } = terminal.buffer;
  if (active.type === 'alternate') return undefined;
  const line = active.getLine(active.baseY + active.cursorY);
  const prompt = line?.translateToString(false, 0, active.cursorX) ?? '';
  return { marker: terminal.registerMarker(0), column: active.cursorX, prompt };
}

/** What was given at that prompt, the last line of it being `last` lines above the cursor. */
export function readAfter(
  terminal: Terminal,
  { marker, column, prompt }: Anchor,
  last: number,
  most = MOST_LINES,
): Reading | undefined {
  const { active } = terminal.buffer;
  if (active.type === 'alternate') return undefined;
  const end = active.baseY + active.cursorY - last;
  const own = marker === undefined || marker.line < 0 ? undefined : marker.line;
  for (let row = end; row >= Math.max(0, own ?? 0, end - most); row -= 1) {
    const line = active.getLine(row);
    if (line === undefined || (line.isWrapped && row !== own)) continue;
    if (line.translateToString(false, 0, column) !== prompt) continue;
    return { text: textFrom(terminal, row, column, end), anchored: row === own };
  }
  return undefined;
}

/** The cursor went down inside a command: shells go to its last line with line feeds before the one that takes it. */
export function isInside(terminal: Terminal): boolean {
  const { active } = terminal.buffer;
  const row = active.baseY + active.cursorY;
  return isFull(terminal, row - 1) && active.getLine(row)?.translateToString(true) !== '';
}

/** Written to the last column: a shell that draws a long line again does not let the terminal wrap it. */
function isFull(terminal: Terminal, row: number): boolean {
  const last = terminal.buffer.active.getLine(row)?.getCell(terminal.cols - 1);
  return last !== undefined && (last.getChars() !== '' || last.getWidth() === 0);
}

/** From a cell to the end of a line; lines that were wrapped are one. */
function textFrom(terminal: Terminal, first: number, column: number, last: number): string {
  const { active } = terminal.buffer;
  let text = '';
  for (let row = first; row <= last; row += 1) {
    const goesOn = row < last && (active.getLine(row + 1)?.isWrapped === true || isFull(terminal, row));
    const line = active.getLine(row)?.translateToString(!goesOn, row === first ? column : 0) ?? '';
    text += line;
    if (row < last && !goesOn) text = `${text.trimEnd()}\n`;
  }
  return text.trimEnd();
}
