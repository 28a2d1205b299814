// One's own passkeys. A new one takes a code, so that whoever holds a browser session, or one passkey, cannot make
// another; removing takes any fresh second factor.

import { createHash } from 'node:crypto';
import type { AppendEvidence } from '../../audit/event.ts';
import type { Json } from '../../store/core/canonical-json.ts';
import type { Clock } from '../../store/core/clock.ts';
import { newId, parseId } from '../../store/core/ids.ts';
import { defineRefusal } from '../../store/core/refusal.ts';
import type { Database } from '../../store/database.ts';
import type { Changes } from '../../store/notify.ts';
import type { AuthenticatedUser } from '../login/authenticated-user.ts';
import { type FreshFactor, spendFreshFactor, stepUpRequired } from '../login/fresh-factor.ts';
import { madeFor, type PasskeyMade } from '../login/passkey-answer.ts';
import type { PasskeyChallenge, PasskeyChallenges, PasskeySite } from '../login/passkey-challenges.ts';
import { type Authorize, actorOf, witnessed } from '../permission.ts';
import { plainText } from '../plain-text.ts';
import { requireActive } from './account-repository.ts';
import { deletePasskey, findPasskey, insertPasskey, listPasskeys, type Passkey } from './passkey-repository.ts';

export const passkeyAbsent = defineRefusal('passkey.absent', 'absent', () => ({
  zh: '没有这把通行密钥',
  en: 'there is no such passkey',
}));

export const passkeyTaken = defineRefusal('passkey.taken', 'conflict', () => ({
  zh: '这把通行密钥已经登记，一把通行密钥只属于一个账号',
  en: 'this passkey is already registered; one passkey belongs to one account',
}));

export const tooManyPasskeys = defineRefusal('passkey.too-many', 'conflict', () => ({
  zh: `每个账号最多 ${MOST_PASSKEYS} 把通行密钥`,
  en: `an account has at most ${MOST_PASSKEYS} passkeys`,
}));

export const passkeyRefused = defineRefusal('passkey.refused', 'forbidden', () => ({
  zh: '通行密钥没有登记成功：已超过两分钟，或设备没有验证您本人，请重新登记',
  en: 'the passkey was not registered: two minutes have passed, or the device did not verify you; start again',
}));

const MOST_PASSKEYS = 10;

export interface PasskeyQuestion {
  readonly challenge: PasskeyChallenge;
  /** The passkeys it is about: those that may answer, or those that are there already. */
  readonly passkeys: readonly Passkey[];
}

export interface Passkeys {
  list(user: AuthenticatedUser): Promise<readonly Passkey[]>;
  /** What a new passkey signs. `fresh` rests on a code. */
  offer(user: AuthenticatedUser, fresh: FreshFactor, name: string, site: PasskeySite): Promise<PasskeyQuestion>;
  /** Throws `passkey.refused`, `passkey.taken` or `passkey.too-many`. */
  add(user: AuthenticatedUser, made: PasskeyMade): Promise<Passkey>;
  remove(user: AuthenticatedUser, fresh: FreshFactor, id: string): Promise<void>;
  /** What one of one's passkeys signs as the fresh factor of an act. */
  question(user: AuthenticatedUser, site: PasskeySite): Promise<PasskeyQuestion>;
  /** The same for signing in, before anybody is known: it says nothing about anybody, and names no passkey. */
  signInQuestion(source: string, site: PasskeySite): PasskeyQuestion;
}

export interface PasskeyUses {
  readonly database: Database;
  readonly clock: Clock;
  readonly append: AppendEvidence;
  readonly changes: Changes;
  readonly authorize: Authorize;
  readonly passkeyChallenges: PasskeyChallenges;
}

export function createPasskeys(uses: PasskeyUses): Passkeys {
  const { database, clock, changes, authorize, passkeyChallenges: challenges } = uses;
  const own = <T>(user: AuthenticatedUser, request: Json, work: () => Promise<T>): Promise<T> =>
    witnessed(uses, user, 'passkey.manage', request, async () => {
      authorize(user, 'passkey.manage', { kind: 'account', id: user.account.id });
      return work();
    });
  const list = (user: AuthenticatedUser) => database.transaction((tx) => listPasskeys(tx, user.account.id));
  return {
    list: (user) => own(user, null, () => list(user)),
    offer: (user, fresh, text, site) =>
      own(user, null, async () => {
        const name = plainText(text, { field: 'name', maxLength: 64, lines: 'one' });
        spendFreshFactor(fresh, user, 'passkey.add', clock);
        const asked = { for: 'registration', browserSession: browserSessionOf(user), name } as const;
        return { challenge: challenges.ask(asked, site, user.source), passkeys: await list(user) };
      }),
    add: (user, made) =>
      own(user, null, async () => {
        const passkey = await add(uses, user, made);
        changes.publish('people');
        return passkey;
      }),
    remove: (user, fresh, id) =>
      own(user, { passkey: id.slice(0, 64).toWellFormed() }, async () => {
        spendFreshFactor(fresh, user, 'passkey.remove', clock);
        await remove(uses, user, id);
        changes.publish('people');
      }),
    question: (user, site) =>
      own(user, null, async () => {
        const asked = { for: 'step-up', browserSession: browserSessionOf(user) } as const;
        return { challenge: challenges.ask(asked, site, user.source), passkeys: await list(user) };
      }),
    signInQuestion: (source, site) => ({ challenge: challenges.ask({ for: 'sign-in' }, site, source), passkeys: [] }),
  };
}

async function add(uses: PasskeyUses, user: AuthenticatedUser, made: PasskeyMade): Promise<Passkey> {
  const { database, clock, append, passkeyChallenges } = uses;
  const challenge = passkeyChallenges.take(made.attempt);
  if (challenge?.asked.for !== 'registration' || challenge.asked.browserSession !== browserSessionOf(user))
    throw passkeyRefused();
  const kept = await madeFor(made, challenge);
  if (kept === undefined) throw passkeyRefused();
  const passkey: Passkey = {
    id: newId('psk'),
    account: user.account.id,
    ...kept,
    transports: made.transports,
    discoverable: made.discoverable,
    name: challenge.asked.name,
    createdAt: clock.now(),
    lastUsedAt: null,
  };
  await database.transaction(async (tx) => {
    await requireActive(tx, user);
    if ((await findPasskey(tx, passkey.credential)) !== undefined) throw passkeyTaken();
    if ((await listPasskeys(tx, user.account.id)).length >= MOST_PASSKEYS) throw tooManyPasskeys();
    await insertPasskey(tx, passkey);
    const credential = createHash('sha256').update(passkey.credential, 'base64url').digest('hex');
    await append(tx, {
      type: 'passkey.added',
      actor: actorOf(user),
      source: user.source,
      details: { account: user.account.id, passkey: passkey.id, credential },
    });
  });
  return passkey;
}

async function remove({ database, append }: PasskeyUses, user: AuthenticatedUser, id: string): Promise<void> {
  await database.transaction(async (tx) => {
    await requireActive(tx, user);
    const passkeyId = parseId('psk', id);
    const removed = passkeyId && (await deletePasskey(tx, user.account.id, passkeyId));
    if (removed === undefined) throw passkeyAbsent();
    await append(tx, {
      type: 'passkey.removed',
      actor: actorOf(user),
      source: user.source,
      details: { account: user.account.id, passkey: removed.id },
    });
  });
}

/** Only a browser speaks to passkeys. */
function browserSessionOf({ browserSession }: AuthenticatedUser): string {
  if (browserSession === undefined) throw stepUpRequired();
  return browserSession;
}
