// Patches ssh2 in node_modules. The launcher runs it after `npm ci`; doing it again changes nothing. Standard library
// only: it runs before anything else may be trusted.

import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { originalSums, patchedSums, patchText, ssh2Folder, sumOf } from './files.ts';
import { applyDiff, diffsByFile } from './unified-diff.ts';

/** Patches what is original, leaves what is patched. Throws for a file that is neither, before anything is changed. */
export function patchSsh2(folder: string): void {
  const patched = patchedSums();
  const diffs = diffsByFile(patchText());
  const todo = [...originalSums()].filter(([file]) => sumOf(folder, file) !== patched.get(file));
  for (const [file, sum] of todo) {
    const found = sumOf(folder, file);
    if (found !== sum) throw new Error(`expected ${join(folder, file)} with SHA-256 ${sum}, got ${found ?? 'no file'}`);
  }
  for (const [file] of todo) {
    const path = join(folder, file);
    // Beside it and renamed over it: a kill leaves a whole file, and another tree that shares the old one keeps it.
    writeFileSync(`${path}.patched`, applyDiff(readFileSync(path, 'utf8'), diffs.get(file) ?? ''));
    renameSync(`${path}.patched`, path);
  }
}

if (import.meta.main) patchSsh2(ssh2Folder());
