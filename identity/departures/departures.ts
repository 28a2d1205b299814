// Leaving (R10): one act, one transaction, after which nothing of the account works any more: state, password, second
// factor, keys, passkeys, browser sessions, invitations, and what other parts add as steps. Then every live channel is cut, and
// how long that took is measured and recorded.

import type { AppendEvidence } from '../../audit/event.ts';
import type { Clock } from '../../store/core/clock.ts';
import { type AccountId, parseId, type SessionId, type TicketId } from '../../store/core/ids.ts';
import { defineRefusal, type Sentence } from '../../store/core/refusal.ts';
import type { Database, Tx } from '../../store/database.ts';
import type { Changes } from '../../store/notify.ts';
import type { Role } from '../../store/schema/states.ts';
import { endBrowserSessionsOf } from '../browser/browser-sessions.ts';
import { removeCustodian } from '../custodians/custodian-repository.ts';
import type { AuthenticatedUser } from '../login/authenticated-user.ts';
import { type FreshFactor, spendFreshFactor } from '../login/fresh-factor.ts';
import { type Account, accountAbsent, type Person } from '../people/account.ts';
import { departAccount, findAccount, listAccounts, requireActive } from '../people/account-repository.ts';
import { voidInvitations } from '../people/invitation-repository.ts';
import { NEEDED_ROLES } from '../people/needed-roles.ts';
import { deletePasskeysOf } from '../people/passkey-repository.ts';
import { deleteKey, listKeys } from '../people/public-key-repository.ts';
import { type Authorize, actorOf, witnessed } from '../permission.ts';
import { plainText } from '../plain-text.ts';

export interface UsedTargetAccount {
  readonly target: string;
  readonly login: string;
  readonly lastUsedAt: number;
}

/** What a step found and ended. */
export interface DepartureFindings {
  readonly tickets?: readonly { readonly id: TicketId; readonly number: string }[];
  readonly usedTargetAccounts?: readonly UsedTargetAccount[];
}

/** What else ends with an account, inside the same transaction. */
export type DepartureStep = (tx: Tx, leaving: Account, now: number) => Promise<DepartureFindings>;

export interface CutSession {
  readonly session: SessionId;
  readonly target: string;
  readonly login: string;
  /** From the act to the moment after which nothing passed any more; null when it could not be closed. */
  readonly closedAfterMs: number | null;
}

export interface DepartureReceipt {
  readonly person: Person;
  readonly departedAt: number;
  readonly sessions: readonly CutSession[];
  readonly browserSessions: number;
  readonly keys: number;
  readonly passkeys: number;
  readonly invitations: number;
  readonly tickets: readonly { readonly id: TicketId; readonly number: string }[];
  /** Every target account this person has ever used: whose passwords to change (R12). */
  readonly usedTargetAccounts: readonly UsedTargetAccount[];
}

export const alreadyDeparted = defineRefusal('account.already-departed', 'conflict', () => ({
  zh: '该人员已经离岗',
  en: 'this person has already left',
}));

export const lastOfRole = defineRefusal<Role>('account.last-of-role', 'conflict', (role) => ({
  zh: `这是最后一名在用的${ROLE_WORDS[role].zh}，须先有人接任才能离岗`,
  en: `this is the last active ${ROLE_WORDS[role].en}; somebody takes over before they depart`,
}));

const ROLE_WORDS: { readonly [R in Role]: Sentence } = {
  admin: { zh: '系统管理员', en: 'administrator' },
  operator: { zh: '系统操作员', en: 'operator' },
  auditor: { zh: '审计员', en: 'auditor' },
  head: { zh: '中心负责人', en: 'head' },
  section: { zh: '信息科人员', en: 'person of the information section' },
};

export interface Departures {
  /** Throws `duty.departs-self`, `account.last-of-role`, `account.already-departed` or `account.absent`. */
  depart(user: AuthenticatedUser, fresh: FreshFactor, id: string, reason: string): Promise<DepartureReceipt>;
}

export interface DepartureUses {
  readonly database: Database;
  readonly clock: Clock;
  readonly append: AppendEvidence;
  readonly changes: Changes;
  readonly authorize: Authorize;
  readonly steps: readonly DepartureStep[];
  /** Cuts every live channel of the account, and says how long each took. */
  readonly cutSessions: (account: AccountId) => Promise<readonly CutSession[]>;
}

export function createDepartures(uses: DepartureUses): Departures {
  const { database, clock, append, changes, authorize, cutSessions } = uses;
  return {
    depart: (user, fresh, id, text) =>
      witnessed(uses, user, 'account.depart', { account: id.slice(0, 64).toWellFormed() }, async () => {
        const account = parseId('acc', id);
        if (account === undefined) throw accountAbsent();
        authorize(user, 'account.depart', { kind: 'account', id: account });
        const reason = plainText(text, { field: 'reason', maxLength: 1000, lines: 'many' });
        spendFreshFactor(fresh, user, 'account.depart', clock);
        const ended = await database.transaction(async (tx) => {
          await requireActive(tx, user);
          return endEverything(uses, tx, user, account, reason);
        });
        const cutting = cutSessions(account);
        changes.publish('people');
        const sessions = await cutting;
        await database.transaction((tx) =>
          append(tx, {
            type: 'account.departure-measured',
            actor: { kind: 'system' },
            details: { account, sessions: sessions.map((cut) => ({ ...cut, closedAfterMs: whole(cut) })) },
          }),
        );
        return { ...ended, sessions };
      }),
  };
}

async function endEverything(
  { clock, append, steps }: DepartureUses,
  tx: Tx,
  user: AuthenticatedUser,
  id: AccountId,
  reason: string,
): Promise<Omit<DepartureReceipt, 'sessions'>> {
  const leaving = await findAccount(tx, id);
  if (leaving === undefined) throw accountAbsent();
  if (leaving.state === 'departed') throw alreadyDeparted();
  if (await isLastOfRole(tx, leaving)) throw lastOfRole(leaving.person.role);
  const now = clock.now();
  await departAccount(tx, leaving, now);
  const findings: DepartureFindings[] = [];
  for (const step of steps) findings.push(await step(tx, leaving, now));
  const ended = {
    browserSessions: await endBrowserSessionsOf(tx, id),
    keys: await deleteKeysOf(tx, id),
    passkeys: await deletePasskeysOf(tx, id),
    invitations: await voidInvitations(tx, id, now),
    tickets: findings.flatMap(({ tickets = [] }) => tickets),
    usedTargetAccounts: findings.flatMap(({ usedTargetAccounts = [] }) => usedTargetAccounts),
  };
  const custodian = await removeCustodian(tx, id, now);
  if (custodian !== undefined) {
    const details = { account: id, custodian };
    await append(tx, { type: 'custodian.removed', actor: actorOf(user), source: user.source, details });
  }
  const { browserSessions, keys, passkeys, invitations, tickets } = ended;
  const counted = { browserSessions, keys, passkeys, invitations, tickets: tickets.map(({ number }) => number) };
  await append(tx, {
    type: 'account.departed',
    actor: actorOf(user),
    source: user.source,
    details: { account: id, reason, ended: counted },
  });
  return { person: leaving.person, departedAt: now, ...ended };
}

// Two administrators who depart each other at once: the transactions are serializable, one of them sees the other's.
async function isLastOfRole(tx: Tx, { person, state }: Account): Promise<boolean> {
  if (!NEEDED_ROLES.includes(person.role) || state !== 'active') return false;
  const accounts = await listAccounts(tx);
  return !accounts.some(
    (other) => other.person.role === person.role && other.state === 'active' && other.person.id !== person.id,
  );
}

async function deleteKeysOf(tx: Tx, id: AccountId): Promise<number> {
  const keys = await listKeys(tx, id);
  for (const key of keys) await deleteKey(tx, id, key.id);
  return keys.length;
}

// Evidence holds integers only.
function whole({ closedAfterMs }: CutSession): number | null {
  return closedAfterMs === null ? null : Math.ceil(closedAfterMs);
}
