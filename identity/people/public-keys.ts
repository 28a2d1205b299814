// One's own SSH keys. Adding and removing take a fresh second factor: a stolen browser session must not become a key.

import type { AppendEvidence } from '../../audit/event.ts';
import type { Json } from '../../store/core/canonical-json.ts';
import type { Clock } from '../../store/core/clock.ts';
import { newId, parseId } from '../../store/core/ids.ts';
import { defineRefusal } from '../../store/core/refusal.ts';
import type { Database } from '../../store/database.ts';
import type { Changes } from '../../store/notify.ts';
import type { AuthenticatedUser } from '../login/authenticated-user.ts';
import { type FreshFactor, spendFreshFactor } from '../login/fresh-factor.ts';
import { type Authorize, actorOf, witnessed } from '../permission.ts';
import { parseSshPublicKey } from '../ssh-public-key.ts';
import { requireActive } from './account-repository.ts';
import { deleteKey, insertKey, isKeyTaken, listKeys, type PublicKey } from './public-key-repository.ts';

export const keyAbsent = defineRefusal('key.absent', 'absent', () => ({
  zh: '没有这把公钥',
  en: 'there is no such key',
}));

export const keyTaken = defineRefusal('key.taken', 'conflict', () => ({
  zh: '这把公钥已经登记，一把公钥只属于一个账号',
  en: 'this key is already registered; one key belongs to one account',
}));

export const tooManyKeys = defineRefusal('key.too-many', 'conflict', () => ({
  zh: `每个账号最多 ${MOST_KEYS} 把公钥`,
  en: `an account has at most ${MOST_KEYS} keys`,
}));

const MOST_KEYS = 16;
const LEAST_RSA_BITS = 3072;

export interface PublicKeys {
  /** `line`: one line of an OpenSSH `.pub` file. */
  add(user: AuthenticatedUser, fresh: FreshFactor, line: string): Promise<PublicKey>;
  list(user: AuthenticatedUser): Promise<readonly PublicKey[]>;
  remove(user: AuthenticatedUser, fresh: FreshFactor, id: string): Promise<void>;
}

export interface PublicKeyUses {
  readonly database: Database;
  readonly clock: Clock;
  readonly append: AppendEvidence;
  readonly changes: Changes;
  readonly authorize: Authorize;
}

export function createPublicKeys(uses: PublicKeyUses): PublicKeys {
  const { database, clock, append, changes, authorize } = uses;
  const own = <T>(user: AuthenticatedUser, request: Json, work: () => Promise<T>): Promise<T> =>
    witnessed(uses, user, 'key.manage', request, async () => {
      authorize(user, 'key.manage', { kind: 'account', id: user.account.id });
      return work();
    });
  return {
    add: (user, fresh, line) =>
      own(user, null, async () => {
        const parsed = parseSshPublicKey(line, { leastRsaBits: LEAST_RSA_BITS, securityKeys: true });
        spendFreshFactor(fresh, user, 'key.add', clock);
        const { algorithm, fingerprint, comment, blob } = parsed;
        const key: PublicKey = { id: newId('key'), algorithm, fingerprint, comment, createdAt: clock.now() };
        await database.transaction(async (tx) => {
          await requireActive(tx, user);
          if (await isKeyTaken(tx, fingerprint)) throw keyTaken();
          if ((await listKeys(tx, user.account.id)).length >= MOST_KEYS) throw tooManyKeys();
          await insertKey(tx, user.account.id, key, blob);
          await append(tx, {
            type: 'key.added',
            actor: actorOf(user),
            source: user.source,
            details: { account: user.account.id, fingerprint },
          });
        });
        changes.publish('people');
        return key;
      }),
    list: (user) => own(user, null, () => database.transaction((tx) => listKeys(tx, user.account.id))),
    remove: (user, fresh, id) =>
      own(user, { key: id.slice(0, 64).toWellFormed() }, async () => {
        spendFreshFactor(fresh, user, 'key.remove', clock);
        await database.transaction(async (tx) => {
          await requireActive(tx, user);
          const keyId = parseId('key', id);
          const removed = keyId && (await deleteKey(tx, user.account.id, keyId));
          if (removed === undefined) throw keyAbsent();
          await append(tx, {
            type: 'key.removed',
            actor: actorOf(user),
            source: user.source,
            details: { account: user.account.id, fingerprint: removed.fingerprint },
          });
        });
        changes.publish('people');
      }),
  };
}
