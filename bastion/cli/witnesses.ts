// The witnesses of this installation's evidence log, as the settings name them.

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { createPost } from '../../audit/http-post.ts';
import { parsePolicy, type TrustPolicy } from '../../audit/witness/trust-policy.ts';
import { defineRefusal } from '../../store/core/refusal.ts';
import type { Settings } from '../../store/core/settings.ts';
import type { DataFolder } from './data-folder.ts';

/** A witness answers in milliseconds, with a line or two. */
const ANSWER = { timeoutMs: 10_000, mostBytes: 16 * 1024 };
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

const notRead = defineRefusal<{ file: string; why: string }>('settings.policy-not-read', 'unavailable', (at) => ({
  zh: `无法读取见证策略文件 ${at.file}（${at.why}）`,
  en: `the policy file ${at.file} cannot be read (${at.why})`,
}));

const notUnderstood = defineRefusal<{ file: string; line: number; expected: string }>(
  'settings.policy-invalid',
  'invalid',
  ({ file, line, expected }) => ({
    zh: `见证策略文件 ${file} 第 ${line} 行有误：应为 ${expected}`,
    en: `the policy file ${file}, line ${line}: expected ${expected}`,
  }),
);

const otherLog = defineRefusal<{ file: string }>('settings.policy-other-log', 'invalid', ({ file }) => ({
  zh: `见证策略文件 ${file} 写的是另一个日志的公钥`,
  en: `the policy file ${file} is about another log: it has a key that is not this one's`,
}));

/** Null where the settings name none. */
export function loadPolicy(folder: DataFolder, settings: Settings, verifierKey: string): TrustPolicy | null {
  const name = settings['evidence.policy'];
  if (name === null) return null;
  const file = resolve(folder.path, name);
  const policy = readPolicy(file);
  if (policy.logs.length > 0 && !policy.logs.some((log) => log.verifierKey === verifierKey)) throw otherLog({ file });
  return policy;
}

export function readPolicy(file: string): TrustPolicy {
  const policy = parsePolicy(readText(file));
  if ('line' in policy) throw notUnderstood({ file, ...policy });
  return policy;
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw notRead({ file, why: error instanceof Error && 'code' in error ? String(error.code) : String(error) });
  }
}

/** How the witnesses are asked. */
export function asking(settings: Settings) {
  return {
    post: createPost(ANSWER),
    everyMs: settings['evidence.witnessSeconds'] * 1000,
    silentMs: settings['evidence.witnessSilentMinutes'] * MINUTE_MS,
    silentByHandMs: settings['evidence.witnessByHandDays'] * DAY_MS,
  };
}
