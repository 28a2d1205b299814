// Heads name who stands in for them. Never somebody of the requesters' side: a deputy is of the centre, and no auditor or
// administrator, whose hands are to stay apart from it.

import type { AppendEvidence } from '../../audit/event.ts';
import type { AuthenticatedUser } from '../../identity/login/authenticated-user.ts';
import { type FreshFactor, spendFreshFactor } from '../../identity/login/fresh-factor.ts';
import type { Person } from '../../identity/people/account.ts';
import { findAccount, listAccounts, requireActive } from '../../identity/people/account-repository.ts';
import { actorOf, SYSTEM, witnessed } from '../../identity/permission.ts';
import { plainText } from '../../identity/plain-text.ts';
import type { Policies } from '../../policies/evaluate.ts';
import type { Clock } from '../../store/core/clock.ts';
import { type AccountId, newId, parseId } from '../../store/core/ids.ts';
import type { Database, Tx } from '../../store/database.ts';
import type { Changes } from '../../store/notify.ts';
import { type Deputy, deputyAbsent, deputyInvalid, LONGEST_MS } from './deputy.ts';
import { allDeputies, deputiesAround, endDeputy, findDeputy, insertDeputy } from './repository.ts';
import { isNow } from './standing-in.ts';

export interface DeputyView extends Omit<Deputy, 'head' | 'deputy'> {
  readonly head: Person;
  readonly deputy: Person;
  readonly inForce: boolean;
}

/** Attacker-controlled. */
export interface DeputyBody {
  readonly deputy: string;
  readonly from: number;
  readonly until: number;
  readonly reason: string;
}

export interface Deputies {
  /** Newest first. */
  list(user: AuthenticatedUser): Promise<readonly DeputyView[]>;
  /** Who could be named. */
  candidates(user: AuthenticatedUser): Promise<readonly Person[]>;
  /** Throws `deputy.invalid`. */
  appoint(user: AuthenticatedUser, fresh: FreshFactor, body: DeputyBody): Promise<readonly DeputyView[]>;
  /** Any head may; throws `deputy.absent`, also where it had ended. */
  end(user: AuthenticatedUser, id: string): Promise<readonly DeputyView[]>;
}

export interface DeputyUses {
  readonly database: Database;
  readonly clock: Clock;
  readonly append: AppendEvidence;
  readonly changes: Changes;
  readonly policies: Policies;
}

export function createDeputies(uses: DeputyUses): Deputies {
  const { database, clock, changes, policies } = uses;
  const writing = async (
    user: AuthenticatedUser,
    work: (tx: Tx) => Promise<void>,
    fresh?: FreshFactor,
  ): Promise<readonly DeputyView[]> => {
    const views = await witnessed(uses, user, 'deputy.appoint', null, async () => {
      policies.authorize(user, 'deputy.appoint', SYSTEM);
      if (fresh !== undefined) spendFreshFactor(fresh, user, 'deputy.appoint', clock);
      return database.transaction(async (tx) => {
        await requireActive(tx, user);
        await work(tx);
        return viewAll(tx, clock.now());
      });
    });
    changes.publish('tickets');
    return views;
  };
  return {
    list: (user) =>
      witnessed(uses, user, 'deputy.list', null, async () => {
        policies.authorize(user, 'deputy.list', SYSTEM);
        return database.transaction((tx) => viewAll(tx, clock.now()));
      }),
    candidates: (user) =>
      witnessed(uses, user, 'deputy.appoint', null, async () => {
        policies.authorize(user, 'deputy.appoint', SYSTEM);
        const accounts = await database.transaction(listAccounts);
        return accounts
          .filter(({ person, state }) => state === 'active' && mayStandIn(person) && person.id !== user.account.id)
          .map(({ person }) => person);
      }),
    appoint: (user, fresh, body) => writing(user, (tx) => appoint(uses, tx, user, body), fresh),
    end: (user, id) => writing(user, (tx) => end(uses, tx, user, id)),
  };
}

function mayStandIn({ role, vendor }: Person): boolean {
  return vendor === null && (role === 'head' || role === 'section');
}

async function appoint({ clock, append }: DeputyUses, tx: Tx, user: AuthenticatedUser, body: DeputyBody) {
  const now = clock.now();
  const { from, until } = body;
  const reason = plainText(body.reason, { field: 'reason', maxLength: 1000, lines: 'many' });
  const deputy = parseId('acc', body.deputy);
  if (deputy === user.account.id) throw deputyInvalid('self');
  const account = deputy && (await findAccount(tx, deputy));
  if (account?.state !== 'active' || !mayStandIn(account.person)) throw deputyInvalid('person');
  const whole = Number.isSafeInteger(from) && Number.isSafeInteger(until);
  if (!whole || until <= from || until <= now || until - from > LONGEST_MS) throw deputyInvalid('span');
  const id = newId('dep');
  const head = user.account.id;
  await insertDeputy(tx, { id, head, deputy: account.person.id, from, until, reason, appointedAt: now, endedAt: null });
  await append(tx, {
    type: 'deputy.appointed',
    actor: actorOf(user),
    source: user.source,
    details: { deputy: id, head, account: account.person.id, from, until, reason },
  });
}

async function end({ clock, append }: DeputyUses, tx: Tx, user: AuthenticatedUser, text: string): Promise<void> {
  const id = parseId('dep', text);
  const found = id && (await findDeputy(tx, id));
  if (found === undefined || !(await endDeputy(tx, found.id, clock.now()))) throw deputyAbsent();
  const { head, deputy: account } = found;
  const details = { deputy: found.id, head, account };
  await append(tx, { type: 'deputy.ended', actor: actorOf(user), source: user.source, details });
}

/** With a departure: whoever leaves stands in for nobody, and nobody for them. */
export async function endDeputiesOf(tx: Tx, account: AccountId, append: AppendEvidence, now: number): Promise<void> {
  for (const { id, head, deputy, until } of await deputiesAround(tx, account)) {
    if (until <= now || !(await endDeputy(tx, id, now))) continue;
    const details = { deputy: id, head, account: deputy };
    await append(tx, { type: 'deputy.ended', actor: { kind: 'system' }, details });
  }
}

async function viewAll(tx: Tx, now: number): Promise<readonly DeputyView[]> {
  const people = new Map((await listAccounts(tx)).map(({ person }) => [person.id, person]));
  return (await allDeputies(tx)).flatMap((deputy) => {
    const [head, standing] = [people.get(deputy.head), people.get(deputy.deputy)];
    if (head === undefined || standing === undefined) return [];
    return [{ ...deputy, head, deputy: standing, inForce: isNow(deputy, now) }];
  });
}
