// Refuses to run with an ssh2 that is not the patched one: without the patch there is no post-quantum key exchange, the
// queue of a key exchange has no bound and nobody renews keys, and nothing else would show it.

import * as crypto from 'node:crypto';
import { defineRefusal } from '../../../store/core/refusal.ts';
import { patchedSums, ssh2Folder, sumOf } from './files.ts';

const notPatched = defineRefusal<{ files: string }>('gateway.ssh2-not-patched', 'unavailable', ({ files }) => ({
  zh: `ssh2 的文件与预期不符（${files}），网关不会启动；请删除 node_modules 后重新运行 ./sluice`,
  en: `the files of ssh2 are not the expected ones (${files}), so the gateway does not start; remove node_modules and run ./sluice again`,
}));

const oldRuntime = defineRefusal('gateway.runtime-too-old', 'unavailable', () => ({
  zh: `Node.js ${process.versions.node} 没有 ML-KEM，网关不会启动；请用 ./sluice 启动`,
  en: `Node.js ${process.versions.node} has no ML-KEM, so the gateway does not start; start it with ./sluice`,
}));

/** Files of ssh2 that are not as expected; none when all is well. */
export function unexpectedFiles(folder = ssh2Folder()): string[] {
  return [...patchedSums()].filter(([file, sum]) => sumOf(folder, file) !== sum).map(([file]) => file);
}

/** Throws a Refusal unless ssh2 is the patched one and the runtime can do what the patch needs. */
export function requirePatchedSsh2(folder = ssh2Folder()): void {
  const files = unexpectedFiles(folder);
  if (files.length > 0) throw notPatched({ files: files.join(', ') });
  if (typeof crypto.encapsulate !== 'function') throw oldRuntime();
}
