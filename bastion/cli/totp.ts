// `sluice totp`: the code an authenticator would show now.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { generateSync } from 'otplib';
import { defineRefusal } from '../../store/core/refusal.ts';
import type { Flags } from './flags.ts';
import { EXIT } from './usage.ts';

const noSecret = defineRefusal('usage.totp', 'invalid', () => ({
  zh: '请给出一个 base 32 密钥，或 --demo 加演示账号名',
  en: 'expected one base 32 secret, or --demo and the name of a demonstration account',
}));

const badSecret = defineRefusal('usage.totp-secret', 'invalid', () => ({
  zh: '这不是 base 32 密钥（字母 A–Z 与数字 2–7，至少 16 个）',
  en: 'this is not a base 32 secret (letters A–Z and digits 2–7, at least 16 of them)',
}));

const noAccount = defineRefusal<{ name: string; known: string }>(
  'usage.totp-account',
  'invalid',
  ({ name, known }) => ({
    zh: `演示中没有账号 ${name}，有：${known}`,
    en: `the demonstration has no account ${name}; it has ${known}`,
  }),
);

const noDemo = defineRefusal<{ file: string }>('demo.absent', 'absent', ({ file }) => ({
  zh: `没有找到 ${file}，请先运行 npm start`,
  en: `there is no ${file}; run npm start first`,
}));

export async function runTotp({ values, positionals }: Flags): Promise<number> {
  const [given, ...more] = positionals;
  if (more.length > 0 || (given === undefined) === (values.demo === undefined)) throw noSecret();
  const secret = given === undefined ? ofDemo(values.demo ?? '', values.data ?? 'demo-data') : fromUser(given);
  process.stdout.write(`${generateSync({ secret })}\n`);
  return EXIT.ok;
}

function fromUser(given: string): string {
  const text = given === '-' ? readFileSync(0, 'utf8') : given;
  const secret = text.replace(/[\s=-]/g, '').toUpperCase();
  if (!/^[A-Z2-7]{16,}$/.test(secret)) throw badSecret();
  return secret;
}

function ofDemo(name: string, folder: string): string {
  const file = join(folder, 'demo.json');
  const accounts = accountsIn(file);
  const secret = accounts.get(name);
  if (secret === undefined) throw noAccount({ name, known: [...accounts.keys()].join(', ') });
  return secret;
}

function accountsIn(file: string): Map<string, string> {
  try {
    const demo: { accounts: { name: string; totpSecret: string }[] } = JSON.parse(readFileSync(file, 'utf8'));
    return new Map(demo.accounts.map(({ name, totpSecret }) => [name, totpSecret]));
  } catch {
    throw noDemo({ file });
  }
}
