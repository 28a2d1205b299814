// Attributes of a cell as the sequence that sets them (ECMA-48 8.3.117 and what terminals added to it).

import type { Attributes } from './xterm-core.ts';

const MODE = 0x3000000;
const P16 = 0x1000000;
const P256 = 0x2000000;
const RGB = 0x3000000;
const PROTECTED = 0x20000000;

const FG_FLAGS: readonly (readonly [number, string])[] = [
  [0x8000000, '1'],
  [0x20000000, '5'],
  [0x4000000, '7'],
  [0x40000000, '8'],
  [0x80000000, '9'],
];
const BG_FLAGS: readonly (readonly [number, string])[] = [
  [0x8000000, '2'],
  [0x4000000, '3'],
  [0x40000000, '53'],
];
const UNDERLINE = 0x10000000;

/** From any attributes to these. */
export function rendition({ fg, bg, extended }: Attributes): string {
  const parts = ['0'];
  for (const [flag, code] of FG_FLAGS) if ((fg & flag) !== 0) parts.push(code);
  for (const [flag, code] of BG_FLAGS) if ((bg & flag) !== 0) parts.push(code);
  // A colour for underlines is kept while nothing is underlined.
  const { ext } = extended;
  if ((fg & UNDERLINE) !== 0) parts.push(`4:${(ext >>> 26) & 7 || 1}`);
  if ((ext & MODE) === P16 || (ext & MODE) === P256) parts.push(`58:5:${ext & 0xff}`);
  if ((ext & MODE) === RGB) parts.push(`58:2::${(ext >> 16) & 0xff}:${(ext >> 8) & 0xff}:${ext & 0xff}`);
  parts.push(...colour(fg, 30), ...colour(bg, 40));
  // Without flags the short form, which is what nearly every cell has.
  const sgr = parts.length === 1 ? '\x1b[m' : `\x1b[${parts.join(';')}m`;
  return (bg & PROTECTED) === 0 ? sgr : `${sgr}\x1b[1"q`;
}

function colour(value: number, base: number): string[] {
  const index = value & 0xff;
  if ((value & MODE) === P16) return [String((index & 8) === 0 ? base + index : base + 60 + (index & 7))];
  if ((value & MODE) === P256) return [`${base + 8};5;${index}`];
  if ((value & MODE) === RGB) return [`${base + 8};2;${(value >> 16) & 0xff};${(value >> 8) & 0xff};${index}`];
  return [];
}

/** Empty cells that erasing makes: a background and nothing else. */
export function isErasure({ fg, bg }: Attributes): boolean {
  return fg === 0 && (bg & ~0x3ffffff) === 0;
}

export function isPlain({ fg, bg }: Attributes): boolean {
  return fg === 0 && bg === 0;
}

export function isProtected({ bg }: Attributes): boolean {
  return (bg & PROTECTED) !== 0;
}
