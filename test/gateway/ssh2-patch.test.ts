// The patched ssh2: made from exactly the original, recognised, and nothing else accepted in its place.

import { appendFileSync, cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { patchSsh2 } from '../../bastion/gateway/ssh2/apply.ts';
import { originalSums, patchText, ssh2Folder, sumOf } from '../../bastion/gateway/ssh2/files.ts';
import { requirePatchedSsh2, unexpectedFiles } from '../../bastion/gateway/ssh2/patched.ts';
import { applyDiff, diffsByFile } from '../../bastion/gateway/ssh2/unified-diff.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const KEX = 'lib/protocol/kex.js';

/** ssh2 as npm unpacks it: the installed one with the patch taken back. */
function originalSsh2(): string {
  const folder = patchedSsh2();
  const back = reversed(patchText());
  for (const [file, diff] of diffsByFile(back)) {
    writeFileSync(join(folder, file), applyDiff(readFileSync(join(folder, file), 'utf8'), diff));
  }
  return folder;
}

function patchedSsh2(): string {
  const folder = temporaryFolder();
  mkdirSync(folder, { recursive: true });
  const isPackage = (file: string) => !file.endsWith('.original');
  cpSync(join(ssh2Folder(), 'lib'), join(folder, 'lib'), { recursive: true, filter: isPackage });
  return folder;
}

/** Added lines removed and removed lines added, at the line numbers of the new file. */
function reversed(diff: string): string {
  return diff
    .split('\n')
    .map((line) => {
      if (/^(---|\+\+\+) /.test(line)) return line;
      const hunk = /^@@ -(\S+) \+(\S+) @@(.*)$/.exec(line);
      if (hunk !== null) return `@@ -${hunk[2]} +${hunk[1]} @@${hunk[3]}`;
      if (line.startsWith('+')) return `-${line.slice(1)}`;
      if (line.startsWith('-')) return `+${line.slice(1)}`;
      return line;
    })
    .join('\n');
}

test('the installed ssh2 is the patched one', () => {
  expect(unexpectedFiles()).toEqual([]);
  requirePatchedSsh2();
});

test('the original is patched, once, and again without effect', () => {
  const folder = originalSsh2();
  for (const [file, sum] of originalSums()) expect(sumOf(folder, file), file).toBe(sum);
  expect(unexpectedFiles(folder)).toEqual([...originalSums().keys()]);
  patchSsh2(folder);
  expect(unexpectedFiles(folder)).toEqual([]);
  patchSsh2(folder);
  expect(unexpectedFiles(folder)).toEqual([]);
});

test('a patching that was interrupted goes on', () => {
  const folder = originalSsh2();
  cpSync(join(ssh2Folder(), KEX), join(folder, KEX));
  writeFileSync(join(folder, `${KEX}.unfinished`), 'half of i');
  patchSsh2(folder);
  expect(unexpectedFiles(folder)).toEqual([]);
});

test('another version of the patch begins from the original again', () => {
  const folder = originalSsh2();
  patchSsh2(folder);
  appendFileSync(join(folder, KEX), '// as an earlier version left it\n');
  patchSsh2(folder);
  expect(unexpectedFiles(folder)).toEqual([]);
});

test('a file that is neither original nor patched is not touched, nor any other', () => {
  const folder = originalSsh2();
  appendFileSync(join(folder, 'lib/protocol/utils.js'), '\n');
  expect(() => patchSsh2(folder)).toThrow(/expected .*utils\.js with SHA-256/);
  expect(sumOf(folder, KEX)).toBe(originalSums().get(KEX));
});

test.each([KEX, 'lib/Channel.js'])('with another %s nothing starts, and the sentence names it', (file) => {
  const folder = patchedSsh2();
  appendFileSync(join(folder, file), '\n');
  expect(() => requirePatchedSsh2(folder)).toThrow(
    expect.objectContaining({ code: 'gateway.ssh2-not-patched', message: expect.stringContaining(file) }),
  );
});

test('a hunk whose lines are not there is an error', () => {
  const diff = '--- a/x\n+++ b/x\n@@ -2,2 +2,2 @@\n b\n-c\n+d\n';
  expect(applyDiff('a\nb\nc\ne\n', diff)).toBe('a\nb\nd\ne\n');
  expect(() => applyDiff('a\nc\nb\ne\n', diff)).toThrow('expected line 2 to be "b", got "c"');
});
