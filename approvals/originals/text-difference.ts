// The difference of two texts as people read it: a unified diff with three lines around each change. Both files are
// attacker-controlled, so it is bounded in lines, in work and in length; what is beyond is no text difference at all, and
// the hashes say that the files differ. By Myers' algorithm (An O(ND) Difference Algorithm, 1986).

/** Larger files are compared by their hashes alone. */
export const MOST_TEXT_BYTES = 512 * 1024;
const MOST_LINES = 20_000;
/** Lines taken away and added, at most. */
const MOST_EDITS = 500;
const MOST_OUTPUT = 64 * 1024;
const CONTEXT = 3;

export interface TextDifference {
  readonly encoding: 'utf-8' | 'gb18030';
  readonly diff: string;
  /** Whether there is more than is shown. */
  readonly cut: boolean;
}

/** Undefined where one of them is no text, or they are too large or too different. */
export function textDifference(before: Buffer, after: Buffer): TextDifference | undefined {
  if (before.length > MOST_TEXT_BYTES || after.length > MOST_TEXT_BYTES) return undefined;
  const encoding = encodingOf([before, after]);
  if (encoding === undefined) return undefined;
  const [old, now] = [before, after].map((bytes) => linesOf(new TextDecoder(encoding).decode(bytes)));
  if (old === undefined || now === undefined || old.length > MOST_LINES || now.length > MOST_LINES) return undefined;
  const edits = shortestEdits(old, now);
  if (edits === undefined) return undefined;
  const whole = hunks(edits).join('');
  return { encoding, diff: whole.slice(0, MOST_OUTPUT).toWellFormed(), cut: whole.length > MOST_OUTPUT };
}

/** Both have to be text in the same one. */
function encodingOf(files: readonly Buffer[]): TextDifference['encoding'] | undefined {
  if (files.some((bytes) => bytes.some(isNoText))) return undefined;
  return (['utf-8', 'gb18030'] as const).find((encoding) =>
    files.every((bytes) => {
      try {
        new TextDecoder(encoding, { fatal: true }).decode(bytes);
        return true;
      } catch {
        return false;
      }
    }),
  );
}

/** Control characters but for tab, line feed, form feed, carriage return and escape. */
function isNoText(byte: number): boolean {
  return byte < 32 && byte !== 9 && byte !== 10 && byte !== 12 && byte !== 13 && byte !== 27;
}

/** Each with its line end, where it has one. */
function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

interface Edit {
  readonly sign: ' ' | '-' | '+';
  readonly line: string;
  /** Lines of each side before this one. */
  readonly old: number;
  readonly now: number;
}

function shortestEdits(old: readonly string[], now: readonly string[]): Edit[] | undefined {
  let start = 0;
  while (start < old.length && start < now.length && old[start] === now[start]) start += 1;
  let end = 0;
  const room = Math.min(old.length, now.length) - start;
  while (end < room && old[old.length - 1 - end] === now[now.length - 1 - end]) end += 1;
  const trace = search(old.slice(start, old.length - end), now.slice(start, now.length - end));
  if (trace === undefined) return undefined;
  const steps = [...same(start), ...trace, ...same(end)];
  let [x, y] = [0, 0];
  return steps.map((sign) => {
    const edit = { sign, line: (sign === '+' ? now[y] : old[x]) ?? '', old: x, now: y };
    if (sign !== '+') x += 1;
    if (sign !== '-') y += 1;
    return edit;
  });
}

function same(count: number): ' '[] {
  return Array.from({ length: count }, () => ' ');
}

type Sign = Edit['sign'];

/** The furthest point on each diagonal, for each number of edits; then back from the end. */
function search(old: readonly string[], now: readonly string[]): Sign[] | undefined {
  const most = Math.min(MOST_EDITS, old.length + now.length);
  const rounds: Map<number, number>[] = [];
  let furthest = new Map<number, number>([[1, 0]]);
  for (let edits = 0; edits <= most; edits += 1) {
    rounds.push(furthest);
    const reached = new Map<number, number>();
    for (let diagonal = -edits; diagonal <= edits; diagonal += 2) {
      let x = beginning(furthest, diagonal, edits);
      while (x < old.length && x - diagonal < now.length && old[x] === now[x - diagonal]) x += 1;
      reached.set(diagonal, x);
      if (x >= old.length && x - diagonal >= now.length) return backwards(rounds, old.length, now.length);
    }
    furthest = reached;
  }
  return undefined;
}

function beginning(furthest: ReadonlyMap<number, number>, diagonal: number, edits: number): number {
  const [below, above] = [furthest.get(diagonal + 1) ?? -1, furthest.get(diagonal - 1) ?? -1];
  return diagonal === -edits || (diagonal !== edits && above < below) ? below : above + 1;
}

function backwards(rounds: readonly ReadonlyMap<number, number>[], oldLength: number, nowLength: number): Sign[] {
  const signs: Sign[] = [];
  let [x, y] = [oldLength, nowLength];
  for (let edits = rounds.length - 1; edits >= 0; edits -= 1) {
    const furthest = rounds[edits] ?? new Map<number, number>();
    const diagonal = x - y;
    const [below, above] = [furthest.get(diagonal + 1) ?? -1, furthest.get(diagonal - 1) ?? -1];
    const down = diagonal === -edits || (diagonal !== edits && above < below);
    const fromX = down ? below : above;
    const fromY = fromX - (down ? diagonal + 1 : diagonal - 1);
    // Where this round's run of equal lines began: right after its one edit.
    const runFrom = edits === 0 ? 0 : down ? fromX : fromX + 1;
    for (; x > runFrom; x -= 1, y -= 1) signs.push(' ');
    if (edits === 0) break;
    signs.push(down ? '+' : '-');
    [x, y] = [fromX, fromY];
  }
  return signs.reverse();
}

function hunks(edits: readonly Edit[]): string[] {
  const text: string[] = [];
  let at = 0;
  while (at < edits.length) {
    const first = edits.findIndex(({ sign }, nth) => nth >= at && sign !== ' ');
    if (first === -1) break;
    let last = first;
    for (let nth = first; nth < edits.length && nth - last <= 2 * CONTEXT; nth += 1) {
      if (edits[nth]?.sign !== ' ') last = nth;
    }
    const some = edits.slice(Math.max(at, first - CONTEXT), last + 1 + CONTEXT);
    text.push(hunkHead(some), ...some.map(({ sign, line }) => shownEdit(sign, line)));
    at = last + 1 + CONTEXT;
  }
  return text;
}

function hunkHead(edits: readonly Edit[]): string {
  const [first] = edits;
  const span = (begin: number, without: Sign) => {
    const count = edits.filter(({ sign }) => sign !== without).length;
    return `${count === 0 ? begin : begin + 1},${count}`;
  };
  return `@@ -${span(first?.old ?? 0, '+')} +${span(first?.now ?? 0, '-')} @@\n`;
}

function shownEdit(sign: Sign, line: string): string {
  return line.endsWith('\n') ? `${sign}${line}` : `${sign}${line}\n\\ No newline at end of file\n`;
}
