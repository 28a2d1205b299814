// A unified diff as lines with their numbers. What it quotes is attacker-controlled; its shape is the server's, where every
// line of a file has a sign before it.

export interface DiffLine {
  readonly sign: '+' | '-' | ' ' | '@' | '\\';
  readonly text: string;
  /** Of the original and of what is there now; undefined where it has none. */
  readonly before: number | undefined;
  readonly after: number | undefined;
}

export interface Diff {
  readonly lines: readonly DiffLine[];
  /** There is more than is here: a whole one ends with a line end. */
  readonly cut: boolean;
}

const HEAD = /^@@ -(\d+),\d+ \+(\d+),\d+ @@$/;

export function readDiff(text: string): Diff {
  const cut = text !== '' && !text.endsWith('\n');
  const lines: DiffLine[] = [];
  let [before, after] = [0, 0];
  for (const line of text.replace(/\n$/, '').split('\n')) {
    const [, from, to] = HEAD.exec(line) ?? [];
    if (from !== undefined && to !== undefined) {
      [before, after] = [Number(from), Number(to)];
      lines.push({ sign: '@', text: line, before: undefined, after: undefined });
      continue;
    }
    const sign = signOf(line);
    lines.push({
      sign,
      text: line.slice(1),
      before: sign === '-' || sign === ' ' ? before : undefined,
      after: sign === '+' || sign === ' ' ? after : undefined,
    });
    if (sign === '-' || sign === ' ') before += 1;
    if (sign === '+' || sign === ' ') after += 1;
  }
  return { lines, cut };
}

function signOf(line: string): DiffLine['sign'] {
  const [first] = line;
  return first === '+' || first === '-' || first === '\\' ? first : ' ';
}
