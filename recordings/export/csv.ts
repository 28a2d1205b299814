// Rows for a spreadsheet: RFC 4180, UTF-8 with a byte order mark so that Excel reads Chinese, and no cell that a
// spreadsheet would take for a formula. Texts are attacker-controlled.

export const CSV_START = '\ufeff';

export type Cell = string | number | null;

export function csvRow(cells: readonly Cell[]): string {
  return `${cells.map(cellText).join(',')}\r\n`;
}

// What begins a formula in one spreadsheet or another, the wide forms included.
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;
// Controls, direction marks and what has no width: shown by number, so that a name cannot disguise itself.
const ODD = /(?![\t\r\n])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

function cellText(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return String(cell);
  const safe = FORMULA.test(cell) ? `'${cell}` : cell;
  const shown = safe.replaceAll(ODD, numberOf);
  return /[",\r\n]/.test(shown) ? `"${shown.replaceAll('"', '""')}"` : shown;
}

function numberOf(character: string): string {
  return `<U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}>`;
}
