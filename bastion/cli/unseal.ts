// `sluice custodian` and `sluice unseal`: a custodian's side of opening what was typed in a session. The identity never
// leaves the custodian's machine; what is handed in is the one share for the one session.

import { writeFileSync } from 'node:fs';
import { Decrypter, generateX25519Identity, identityToRecipient } from 'age-encryption';
import { defineRefusal } from '../../store/core/refusal.ts';
import { shownLine } from '../../store/core/shown-text.ts';
import { ApiSession, serverOrigin } from './api-session.ts';
import { askOnTerminal } from './ask.ts';
import type { Flags } from './flags.ts';
import { readGiven, readGivenBytes } from './read-given.ts';
import { EXIT } from './usage.ts';

const noOut = defineRefusal('usage.custodian', 'invalid', () => ({
  zh: '请用 --out 指明存放身份文件的位置',
  en: 'expected --out and the file to keep the identity in',
}));

const outThere = defineRefusal<{ file: string }>('custodian.file-exists', 'conflict', ({ file }) => ({
  zh: `${file} 已经存在，没有改动`,
  en: `${file} is there already; it was not changed`,
}));

const noIdentity = defineRefusal<{ file: string }>('unseal.identity', 'absent', ({ file }) => ({
  zh: `${file} 里没有 age 身份（以 AGE-SECRET-KEY-1 开头的一行）`,
  en: `${file} holds no age identity: a line that begins with AGE-SECRET-KEY-1`,
}));

const notForThis = defineRefusal('unseal.not-for-this', 'forbidden', () => ({
  zh: '这个身份打不开封装的份额，它是封给另一个身份的',
  en: 'this identity does not open the sealed share; it was sealed to another one',
}));

const badUsage = defineRefusal('usage.unseal', 'invalid', () => ({
  zh: '请给出 --identity，以及 --capsule（离线）或 --server 和 --name',
  en: 'expected --identity, and --capsule (offline) or --server and --name',
}));

/** Makes an identity, in a file that only its owner reads, and prints the public key to be appointed with. */
export async function runCustodian({ values }: Flags): Promise<number> {
  const file = values.out;
  if (file === undefined) throw noOut();
  const identity = await generateX25519Identity();
  const recipient = await identityToRecipient(identity);
  try {
    writeFileSync(file, `# public key: ${recipient}\n${identity}\n`, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') throw outThere({ file });
    throw error;
  }
  process.stdout.write(`${recipient}\n`);
  return EXIT.ok;
}

export async function runUnseal({ values, positionals }: Flags): Promise<number> {
  const { identity, capsule, server, name } = values;
  if (identity === undefined || positionals.length > 1) throw badUsage();
  const own = identityIn(identity);
  if (capsule !== undefined) {
    const share = await opened(own, readGivenBytes(capsule));
    process.stdout.write(`${share.toString('base64')}\n`);
    return EXIT.ok;
  }
  if (server === undefined || name === undefined) throw badUsage();
  // Before anything is asked: a password given for nothing is a password told.
  const origin = serverOrigin(server);
  const asking = askOnTerminal();
  const password = await asking.secret('Password 密码: ');
  const code = await asking.line('One-time code 动态口令: ');
  const api = await ApiSession.signIn(origin, { name, password, code: code.trim() });
  try {
    const [request] = positionals;
    await (request === undefined ? listWaiting(api) : release(api, request, own));
  } finally {
    asking.end();
    await api.signOut();
  }
  return EXIT.ok;
}

interface Waiting {
  readonly id: string;
  readonly requester: string;
  readonly reason: string;
  readonly waitsForMe: boolean;
  readonly state: string;
  readonly session: { readonly id: string; readonly login: string; readonly target: string };
}

async function listWaiting(api: ApiSession): Promise<void> {
  const waiting = ((await api.get('/api/v1/unsealings')) as readonly Waiting[]).filter((each) => each.waitsForMe);
  if (waiting.length === 0) process.stdout.write('nothing waits for your share 没有等待您份额的申请\n');
  for (const { id, requester, reason, session } of waiting) {
    const where = `${session.login}@${session.target}  ${session.id}`;
    process.stdout.write(`${shownLine(`${id}  ${where}  ${requester}: ${JSON.stringify(reason)}`)}\n`);
  }
}

async function release(api: ApiSession, request: string, identity: string): Promise<void> {
  const path = `/api/v1/unsealings/${encodeURIComponent(request)}`;
  const { capsule } = (await api.post(`${path}/capsule`)) as { readonly capsule: string };
  const share = await opened(identity, Buffer.from(capsule, 'base64'));
  const { state } = (await api.post(`${path}/share`, { share: share.toString('base64') })) as Waiting;
  process.stdout.write(
    state === 'open'
      ? 'share accepted; the session is unsealed now 份额已接受，会话已启封\n'
      : 'share accepted; another custodian is needed 份额已接受，还需另一名保管人\n',
  );
}

async function opened(identity: string, capsule: Buffer): Promise<Buffer> {
  const decrypter = new Decrypter();
  decrypter.addIdentity(identity);
  try {
    return Buffer.from(await decrypter.decrypt(new Uint8Array(capsule)));
  } catch {
    throw notForThis();
  }
}

function identityIn(file: string): string {
  const line = readGiven(file)
    .split('\n')
    .find((each) => each.startsWith('AGE-SECRET-KEY-1'));
  if (line === undefined) throw noIdentity({ file });
  return line.trim();
}
