// The user CA: whose signature targets trust (`TrustedUserCAKeys` of sshd). Here keys are made and replaced, and their
// public halves read. A private half is put into the vault where it is made, and cannot be taken out here.
//
//   prepared ──switch──▶ signing ──switch (of the next)──▶ outgoing ──retire──▶ retired
//
// Targets trust both lines between prepare and retire, so that no opening fails while the keys change hands. Who signs
// no more has no private half.

import { generateKeyPairSync } from 'node:crypto';
import type { AppendEvidence } from '../../audit/event.ts';
import type { Clock } from '../../store/core/clock.ts';
import { newId } from '../../store/core/ids.ts';
import { defineRefusal } from '../../store/core/refusal.ts';
import { Secret } from '../../store/core/secret.ts';
import type { Database, Tx } from '../../store/database.ts';
import { fingerprintOf } from '../ssh-public-key.ts';
import type { VaultWriter } from '../vault/vault.ts';
import { caKeyContext, insertCaKey, listCaKeys, moveCaKey, type UserCaKey } from './ca-key-repository.ts';
import { ed25519Blob } from './user-certificate.ts';

/** One line of a file that `TrustedUserCAKeys` names. */
export interface TrustedKey {
  readonly line: string;
  /** `SHA256:…`, as OpenSSH prints it. */
  readonly fingerprint: string;
  readonly state: 'prepared' | 'signing' | 'outgoing';
  /** Milliseconds since 1970. */
  readonly madeAt: number;
}

export const nothingPrepared = defineRefusal('user-ca.nothing-prepared', 'conflict', () => ({
  zh: '没有备好的新密钥，请先运行 ./sluice user-ca prepare，并把两行公钥都放到资产上',
  en: 'no new key is prepared; run ./sluice user-ca prepare first, and put both lines on the targets',
}));

export const nothingOutgoing = defineRefusal('user-ca.nothing-outgoing', 'conflict', () => ({
  zh: '没有已被替换的旧密钥',
  en: 'no key was replaced, so there is none to retire',
}));

export const underWay = defineRefusal('user-ca.under-way', 'conflict', () => ({
  zh: '上一次更换还没有完成：先切换（switch）或停用旧密钥（retire）',
  en: 'the keys are being replaced already: switch to the prepared one, or retire the old one, first',
}));

export interface UserCa {
  /** At every start: makes the first key. */
  begin(): Promise<void>;
  /** What targets have to trust now, the one that signs first. Empty before the first start. */
  trusted(): Promise<readonly TrustedKey[]>;
  /** One more key, that signs nothing yet. Throws a Refusal where one waits already, or an old one is not retired. */
  prepare(): Promise<void>;
  /** The prepared key signs from now on. */
  switch(): Promise<void>;
  /** Targets may forget the old key. */
  retire(): Promise<void>;
}

export interface UserCaUses {
  readonly database: Database;
  readonly clock: Clock;
  readonly append: AppendEvidence;
  readonly vault: VaultWriter;
}

export function createUserCa(uses: UserCaUses): UserCa {
  const { database } = uses;
  const acting = (work: (tx: Tx, keys: readonly UserCaKey[]) => Promise<void>): Promise<void> =>
    database.transaction(async (tx) => work(tx, await listCaKeys(tx)));
  return {
    begin: () =>
      acting(async (tx, keys) => {
        if (keys.some(({ state }) => state === 'signing')) return;
        const key = await newKey(uses, tx, 'signing');
        await say(uses, tx, 'user-ca.key-prepared', key);
        await inUse(uses, tx, key, null);
      }),
    trusted: () => database.transaction(trustedKeys),
    prepare: () =>
      acting(async (tx, keys) => {
        if (keys.some(({ state }) => state === 'prepared' || state === 'outgoing')) throw underWay();
        await say(uses, tx, 'user-ca.key-prepared', await newKey(uses, tx, 'prepared'));
      }),
    switch: () =>
      acting(async (tx, keys) => {
        const next = keys.find(({ state }) => state === 'prepared');
        const before = keys.find(({ state }) => state === 'signing');
        if (next === undefined) throw nothingPrepared();
        if (before !== undefined) await moveCaKey(tx, before, 'outgoing');
        await moveCaKey(tx, next, 'signing');
        await inUse(uses, tx, next, before?.id ?? null);
      }),
    retire: () =>
      acting(async (tx, keys) => {
        const old = keys.filter(({ state }) => state === 'outgoing');
        if (old.length === 0) throw nothingOutgoing();
        for (const key of old) {
          await moveCaKey(tx, key, 'retired');
          await say(uses, tx, 'user-ca.key-retired', key);
        }
      }),
  };
}

const ORDER = ['signing', 'prepared', 'outgoing'] as const;

export async function trustedKeys(tx: Tx): Promise<readonly TrustedKey[]> {
  const keys = await listCaKeys(tx);
  return ORDER.flatMap((state) =>
    keys
      .filter((key) => key.state === state)
      .map(({ publicKey, madeAt }) => ({
        line: `ssh-ed25519 ${publicKey} sluice-user-ca-${new Date(madeAt).toISOString().slice(0, 10)}`,
        fingerprint: fingerprintOf(Buffer.from(publicKey, 'base64')),
        state,
        madeAt,
      })),
  );
}

async function newKey({ clock, vault }: UserCaUses, tx: Tx, state: 'prepared' | 'signing'): Promise<UserCaKey> {
  const pair = generateKeyPairSync('ed25519');
  const { x = '' } = pair.publicKey.export({ format: 'jwk' });
  const publicKey = ed25519Blob(Buffer.from(x, 'base64url')).toString('base64');
  const key: UserCaKey = { id: newId('uca'), publicKey, state, madeAt: clock.now() };
  const secret = Secret.ofBytes(pair.privateKey.export({ format: 'der', type: 'pkcs8' }));
  await insertCaKey(tx, key, vault.seal(secret, caKeyContext(key.id)));
  secret.wipe();
  return key;
}

function say(
  { append }: UserCaUses,
  tx: Tx,
  type: 'user-ca.key-prepared' | 'user-ca.key-retired',
  key: UserCaKey,
): Promise<void> {
  return append(tx, { type, actor: { kind: 'system' }, details: named(key) });
}

function inUse({ append }: UserCaUses, tx: Tx, key: UserCaKey, instead: string | null): Promise<void> {
  const details = { ...named(key), instead };
  return append(tx, { type: 'user-ca.key-in-use', actor: { kind: 'system' }, details });
}

function named({ id, publicKey }: UserCaKey) {
  return { key: id, fingerprint: fingerprintOf(Buffer.from(publicKey, 'base64')) };
}
