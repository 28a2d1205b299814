// The timestamp authority of this installation, as the settings name it.

import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { createPost } from '../../audit/http-post.ts';
import { defineRefusal } from '../../store/core/refusal.ts';
import type { Settings } from '../../store/core/settings.ts';
import type { DataFolder } from './data-folder.ts';

/** A token is some KiB with its certificates; authorities may be far away. */
const ANSWER = { timeoutMs: 30_000, mostBytes: 256 * 1024 };
const MINUTE_MS = 60_000;
const PEM = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

const notCertificates = defineRefusal<{ file: string; why: string }>(
  'settings.timestamp-certificates',
  'invalid',
  ({ file, why }) => ({
    zh: `时间戳机构证书文件 ${file} 不可用（${why}）`,
    en: `the timestamp authority's certificates in ${file} cannot be used (${why})`,
  }),
);

/** Null where the settings name none. */
export function loadTimestampAuthority(folder: DataFolder, settings: Settings) {
  const authority = settings['evidence.timestampAuthority'];
  const certificates = settings['evidence.timestampCertificates'];
  if (authority === null || certificates === null) return null;
  const trusted = readCertificates(resolve(folder.path, certificates));
  const everyMs = settings['evidence.timestampMinutes'] * MINUTE_MS;
  return { authority, trusted, everyMs, post: createPost(ANSWER) };
}

export function readCertificates(file: string): readonly X509Certificate[] {
  const found = tryRead(file);
  if (typeof found === 'string') throw notCertificates({ file, why: found });
  return found;
}

/** What is wrong, where something is. */
function tryRead(file: string): readonly X509Certificate[] | string {
  try {
    const found =
      readFileSync(file, 'utf8')
        .match(PEM)
        ?.map((pem) => new X509Certificate(pem)) ?? [];
    return found.length === 0 ? 'no PEM certificate' : found;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
