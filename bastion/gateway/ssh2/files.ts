// The files of ssh2 as this project expects them, by SHA-256. All of its library is listed, not only what is patched: the
// gateway reads private fields (channel-output, key-exchange) whose meaning belongs to exactly these bytes.

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** File relative to the package's folder → SHA-256 in hexadecimal. */
export type Sums = ReadonlyMap<string, string>;

/** Before the patch: only what the patch touches. */
export const originalSums = (): Sums => parseSums(beside('original.sha256'));
/** After the patch: the whole library. */
export const patchedSums = (): Sums => parseSums(beside('patched.sha256'));
export const patchText = (): string => beside('ssh2-1.17.0.patch');

/** The folder of the package that `import 'ssh2'` finds. */
export function ssh2Folder(): string {
  return dirname(createRequire(import.meta.url).resolve('ssh2/package.json'));
}

/** Undefined where there is no such file. */
export function sumOf(folder: string, file: string): string | undefined {
  try {
    return createHash('sha256')
      .update(readFileSync(join(folder, file)))
      .digest('hex');
  } catch {
    return undefined;
  }
}

/** Lines of sha256sum(1), so that the launcher and people can check with it as well. */
function parseSums(text: string): Sums {
  const lines = text.split('\n').filter((line) => line !== '');
  return new Map(lines.map((line) => [line.slice(66), line.slice(0, 64)]));
}

function beside(name: string): string {
  return readFileSync(join(import.meta.dirname, name), 'utf8');
}
