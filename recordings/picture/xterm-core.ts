// The parts of xterm's state that its public interface does not tell, and without which a screen cannot be drawn again
// exactly. Written against the pinned version; what is not where it is expected is a fault at once, not a wrong picture.

import type { Terminal } from '@xterm/headless';

export interface Attributes {
  readonly fg: number;
  readonly bg: number;
  /** Style and colour of underlines; meaningful where `bg` says so. */
  readonly extended: { readonly ext: number };
}

export interface CoreLine {
  readonly length: number;
  readonly isWrapped: boolean;
  /** Three numbers a cell: content, foreground with flags, background with flags. */
  readonly _data: Uint32Array;
  readonly _combined: { readonly [column: number]: string | undefined };
  readonly _extendedAttrs: { readonly [column: number]: { readonly ext: number } | undefined };
}

export interface CoreBuffer {
  readonly lines: { readonly length: number; readonly maxLength: number; get(row: number): CoreLine | undefined };
  readonly x: number;
  readonly y: number;
  readonly ybase: number;
  readonly scrollTop: number;
  readonly scrollBottom: number;
  readonly tabs: { readonly [column: number]: boolean | undefined };
  readonly savedX: number;
  savedY: number;
  readonly savedCurAttrData: Attributes;
  readonly savedCharset: object | undefined;
}

export interface CoreState {
  readonly cols: number;
  readonly rows: number;
  readonly buffers: { readonly normal: CoreBuffer; readonly alt: CoreBuffer; readonly active: CoreBuffer };
  readonly attributes: Attributes;
  readonly modes: { readonly [name: string]: unknown };
  readonly insertMode: boolean;
  readonly cursorHidden: boolean;
  readonly mouse: { readonly protocol: string; readonly encoding: string };
  readonly charsets: {
    readonly all: readonly (object | undefined)[];
    readonly level: number;
    readonly current: object | undefined;
  };
  /** Not 0 where a combining character would join the one before it. */
  readonly joins: number;
  readonly ground: boolean;
}

interface Core {
  readonly coreService: {
    readonly modes: { readonly insertMode: boolean };
    readonly decPrivateModes: { readonly [name: string]: unknown };
    readonly isCursorHidden: boolean;
  };
  readonly _bufferService: { readonly buffers: CoreState['buffers'] };
  readonly coreMouseService: { readonly activeProtocol: string; readonly activeEncoding: string };
  readonly _charsetService: {
    readonly charset: object | undefined;
    readonly glevel: number;
    readonly _charsets: readonly (object | undefined)[];
  };
  readonly _inputHandler: {
    readonly _curAttrData: Attributes;
    readonly _parser: { readonly precedingJoinState: number; readonly currentState: number };
  };
}

/** A view into the living terminal, valid until it is written to again. */
export function coreState(terminal: Terminal): CoreState {
  const { coreService, coreMouseService, _bufferService, _charsetService, _inputHandler } = coreOf(terminal);
  return {
    cols: terminal.cols,
    rows: terminal.rows,
    buffers: _bufferService.buffers,
    attributes: _inputHandler._curAttrData,
    modes: coreService.decPrivateModes,
    insertMode: coreService.modes.insertMode,
    cursorHidden: coreService.isCursorHidden,
    mouse: { protocol: coreMouseService.activeProtocol, encoding: coreMouseService.activeEncoding },
    charsets: {
      all: Array.from({ length: 4 }, (_, g) => _charsetService._charsets[g]),
      level: _charsetService.glevel,
      current: _charsetService.charset,
    },
    joins: _inputHandler._parser.precedingJoinState,
    ground: _inputHandler._parser.currentState === 0,
  };
}

/**
 * Puts saved cursors where restoring them now would go. The emulator counts their row from the first line that is kept,
 * and holds it within the screen only when restored: one whose line has left the screen would come back when that grows,
 * which no bytes can draw again.
 */
export function holdSavedCursors(terminal: Terminal): void {
  const { normal, alt } = coreOf(terminal)._bufferService.buffers;
  for (const buffer of [normal, alt]) {
    const { ybase, savedY } = buffer;
    buffer.savedY = ybase + Math.max(0, Math.min(savedY - ybase, terminal.rows - 1));
  }
}

function coreOf(terminal: Terminal): Core {
  const core = (terminal as unknown as { readonly _core?: Core })._core;
  const line = core?._bufferService?.buffers?.normal?.lines?.get(0);
  const whole =
    line?._data instanceof Uint32Array &&
    typeof core?._inputHandler?._parser?.currentState === 'number' &&
    typeof core._inputHandler._curAttrData?.fg === 'number' &&
    typeof core.coreService?.isCursorHidden === 'boolean' &&
    typeof core.coreMouseService?.activeEncoding === 'string' &&
    Array.isArray(core._charsetService?._charsets);
  if (core === undefined || !whole) throw new Error('expected the emulator this was written for, got another');
  return core;
}

const CONTENT = 0x3fffff;
const COMBINED = 0x200000;
const CODE_POINT = 0x1fffff;
/** Of `bg`: underlines have a style or a colour of their own. */
export const HAS_EXTENDED = 0x10000000;

/** What stands in a cell; '' where nothing was printed, and in the second half of a wide character. */
export function charsAt(line: CoreLine, column: number): string {
  const content = line._data[column * 3] ?? 0;
  if ((content & CONTENT) === 0) return '';
  return (content & COMBINED) === 0 ? String.fromCodePoint(content & CODE_POINT) : (line._combined[column] ?? '');
}

/** 1, 2, or 0 for the second half of a wide character. */
export function widthAt(line: CoreLine, column: number): number {
  return (line._data[column * 3] ?? 0) >>> 22;
}

export function attributesAt(line: CoreLine, column: number): Attributes {
  const fg = meaningful(line._data[column * 3 + 1] ?? 0);
  const bg = meaningful(line._data[column * 3 + 2] ?? 0);
  return { fg, bg, extended: { ext: (bg & HAS_EXTENDED) === 0 ? 0 : (line._extendedAttrs[column]?.ext ?? 0) } };
}

const FLAGS = 0xfc000000;
const MODE = 0x3000000;
const RGB = 0x3000000;

/** Without what is left of an earlier colour: a palette needs one byte of three, the default none. */
export function meaningful(value: number): number {
  const mode = value & MODE;
  return (value & FLAGS) | mode | (value & (mode === RGB ? 0xffffff : mode === 0 ? 0 : 0xff));
}
