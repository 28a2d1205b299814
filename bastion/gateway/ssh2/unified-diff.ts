// Applies a unified diff at exactly the lines it names. Whoever calls has checked that the input is the very file the diff
// was made from, so there is nothing to search for; a line that differs all the same is an error.

const FILE = /^\+\+\+ b\/(.+)$/;
const HUNK = /^@@ -(\d+)(?:,\d+)? \+\d+(?:,\d+)? @@/;

/** The parts of a diff by file; `--- a/FILE` and `+++ b/FILE` begin each. */
export function diffsByFile(diff: string): ReadonlyMap<string, string> {
  const parts = diff.split(/^(?=--- a\/)/m).filter((part) => part !== '');
  return new Map(
    parts.map((part) => {
      const file = FILE.exec(part.split('\n')[1] ?? '')?.[1];
      if (file === undefined) throw new SyntaxError('expected "+++ b/FILE", got something else');
      return [file, part];
    }),
  );
}

/** `diff` is one file's part. Throws when a line of context or a removed line is not in `before` where it should be. */
export function applyDiff(before: string, diff: string): string {
  const old = before.split('\n');
  const made: string[] = [];
  let at = 0;
  for (const line of diff.split('\n').slice(2)) {
    const hunk = HUNK.exec(line);
    if (hunk !== null) {
      const start = Number(hunk[1]) - 1;
      made.push(...old.slice(at, start));
      at = start;
    } else if (line.startsWith('+')) {
      made.push(line.slice(1));
    } else if (line !== '') {
      if (old[at] !== line.slice(1))
        throw new Error(`expected line ${at + 1} to be "${line.slice(1)}", got "${old[at]}"`);
      if (line.startsWith(' ')) made.push(line.slice(1));
      at += 1;
    }
  }
  return [...made, ...old.slice(at)].join('\n');
}
