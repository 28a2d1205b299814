// Patches ssh2 in node_modules. The launcher runs it after `npm ci`; doing it again changes nothing. Standard library
// only: it runs before anything else may be trusted.

import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { originalSums, patchedSums, patchText, ssh2Folder, sumOf } from './files.ts';
import { applyDiff, diffsByFile } from './unified-diff.ts';

/** Kept beside each patched file: the next version of the patch begins from it, without the network. */
const KEPT = '.original';

/** Patches what is original, leaves what is patched. Throws where there is no original, before anything is changed. */
export function patchSsh2(folder: string): void {
  const patched = patchedSums();
  const diffs = diffsByFile(patchText());
  const todo = [...originalSums()].filter(([file]) => sumOf(folder, file) !== patched.get(file));
  const originals = todo.map(([file, sum]) => ({ file, text: originalText(folder, file, sum) }));
  for (const { file, text } of originals) {
    replace(join(folder, `${file}${KEPT}`), text);
    replace(join(folder, file), applyDiff(text, diffs.get(file) ?? ''));
  }
}

function originalText(folder: string, file: string, sum: string): string {
  const found = [file, `${file}${KEPT}`].find((name) => sumOf(folder, name) === sum);
  if (found !== undefined) return readFileSync(join(folder, found), 'utf8');
  const got = sumOf(folder, file) ?? 'no file';
  throw new Error(`expected ${join(folder, file)} with SHA-256 ${sum}, got ${got}`);
}

/** By rename: a kill leaves a whole file, and another tree that shares the old one keeps it. */
function replace(path: string, text: string): void {
  writeFileSync(`${path}.unfinished`, text);
  renameSync(`${path}.unfinished`, path);
}

if (import.meta.main) patchSsh2(ssh2Folder());
