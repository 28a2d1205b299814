// Which files an sftp channel may touch, and how, as a ticket says it: checked, and put into one canonical form.
// Whether a path on the target lies below one of these is seen on the target; here they are words.

import { posix } from 'node:path';
import { plainText } from '../../identity/plain-text.ts';
import { FILE_RIGHTS, type FileRight, type FileTerms } from '../../store/core/channel-terms.ts';
import { defineRefusal } from '../../store/core/refusal.ts';

const MOST_PATHS = 32;
const MOST_PATH_BYTES = 1024;

export const fileRightsInvalid = defineRefusal('ticket.file-rights-invalid', 'invalid', () => ({
  zh: '请至少选择一项文件权限：查看、下载、上传或删除',
  en: 'choose at least one right to files: list, download, upload or delete',
}));

export const filePathInvalid = defineRefusal('ticket.file-path-invalid', 'invalid', () => ({
  zh: `文件路径须以 / 开头，不含 ..，每条不超过 ${MOST_PATH_BYTES} 字节，最多 ${MOST_PATHS} 条`,
  en: `a path starts with /, has no .. in it and at most ${MOST_PATH_BYTES} bytes; there are at most ${MOST_PATHS}`,
}));

/** As somebody asks for them; attacker-controlled. */
export interface FileTermsBody {
  readonly rights: readonly FileRight[];
  readonly paths: readonly string[];
}

export function parseFileTerms({ rights, paths }: FileTermsBody): FileTerms {
  const chosen = FILE_RIGHTS.filter((right) => rights.includes(right));
  if (chosen.length === 0) throw fileRightsInvalid();
  if (paths.length > MOST_PATHS) throw filePathInvalid();
  const parsed = [...new Set(paths.map(parseAbsolutePath))].sort();
  // Everything below the root is everything.
  return { rights: chosen, paths: parsed.includes('/') ? [] : parsed };
}

/** Absolute and normalised, without a slash at its end; throws `ticket.file-path-invalid`. */
export function parseAbsolutePath(text: string): string {
  // A name on the target is bytes: it stays as typed, where `plainText` would compose its characters.
  plainText(text, { field: 'path', maxLength: MOST_PATH_BYTES });
  const absolute = text.startsWith('/') && !text.split('/').includes('..');
  if (!absolute || text !== text.trim() || Buffer.byteLength(text) > MOST_PATH_BYTES) throw filePathInvalid();
  const normal = posix.normalize(text);
  return normal === '/' ? '/' : normal.replace(/\/$/, '');
}
