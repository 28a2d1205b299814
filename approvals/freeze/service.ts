// Who places a freeze and who lifts it. A freeze takes effect at once, also for what is open.

import type { AppendEvidence } from '../../audit/event.ts';
import type { AuthenticatedUser } from '../../identity/login/authenticated-user.ts';
import { type FreshFactor, spendFreshFactor } from '../../identity/login/fresh-factor.ts';
import { requireActive } from '../../identity/people/account-repository.ts';
import { actorOf, SYSTEM, witnessed } from '../../identity/permission.ts';
import { plainText } from '../../identity/plain-text.ts';
import type { Policies } from '../../policies/evaluate.ts';
import type { Clock } from '../../store/core/clock.ts';
import { newId, parseId } from '../../store/core/ids.ts';
import { defineRefusal } from '../../store/core/refusal.ts';
import type { Database, Tx } from '../../store/database.ts';
import type { Changes } from '../../store/notify.ts';
import { type Freeze, freezesFrom } from './calendar.ts';

/** Attacker-controlled. */
export interface FreezeBody {
  readonly start: number;
  readonly end: number;
  readonly reason: string;
}

const LONGEST_MS = 31 * 86_400_000;
const FURTHEST_MS = 400 * 86_400_000;

export const freezeInvalid = defineRefusal('freeze.invalid', 'invalid', () => ({
  zh: '冻结时段须有开始和结束，结束在将来，最长 31 天，最迟在 400 天内开始',
  en: 'a freeze has a start and an end in the future, at most 31 days apart, and starts within 400 days',
}));

export const freezeAbsent = defineRefusal('freeze.absent', 'absent', () => ({
  zh: '没有这个冻结时段，或它已经结束',
  en: 'there is no such freeze, or it is over',
}));

export interface Freezes {
  /** In force and not over, by their start. */
  list(user: AuthenticatedUser): Promise<readonly Freeze[]>;
  /** Throws `freeze.invalid`. */
  place(user: AuthenticatedUser, body: FreezeBody): Promise<readonly Freeze[]>;
  /** Throws `freeze.absent`. */
  lift(user: AuthenticatedUser, fresh: FreshFactor, id: string): Promise<readonly Freeze[]>;
}

export interface FreezeUses {
  readonly database: Database;
  readonly clock: Clock;
  readonly append: AppendEvidence;
  readonly changes: Changes;
  readonly policies: Policies;
}

export function createFreezes(uses: FreezeUses): Freezes {
  const { database, clock, changes, policies } = uses;
  const writing = async (user: AuthenticatedUser, action: 'freeze.place' | 'freeze.lift', work: Work) => {
    const freezes = await witnessed(uses, user, action, null, async () => {
      policies.authorize(user, action, SYSTEM);
      work.before?.();
      return database.transaction(async (tx) => {
        await requireActive(tx, user);
        await work.write(tx);
        return freezesFrom(tx, clock.now());
      });
    });
    changes.publish('tickets');
    return freezes;
  };
  return {
    list: (user) =>
      witnessed(uses, user, 'freeze.list', null, async () => {
        policies.authorize(user, 'freeze.list', SYSTEM);
        return database.transaction((tx) => freezesFrom(tx, clock.now()));
      }),
    place: (user, body) => writing(user, 'freeze.place', { write: (tx) => place(uses, tx, user, body) }),
    lift: (user, fresh, id) =>
      writing(user, 'freeze.lift', {
        before: () => spendFreshFactor(fresh, user, 'freeze.lift', clock),
        write: (tx) => lift(uses, tx, user, id),
      }),
  };
}

/** `before`: outside the transaction, which may run more than once. */
interface Work {
  readonly before?: () => void;
  readonly write: (tx: Tx) => Promise<void>;
}

async function place({ clock, append }: FreezeUses, tx: Tx, user: AuthenticatedUser, body: FreezeBody): Promise<void> {
  const now = clock.now();
  const { start, end } = body;
  const reason = plainText(body.reason, { field: 'reason', maxLength: 200 });
  const whole = Number.isSafeInteger(start) && Number.isSafeInteger(end);
  if (!whole || end <= start || end <= now || end - start > LONGEST_MS || start - now > FURTHEST_MS) {
    throw freezeInvalid();
  }
  const id = newId('frz');
  await tx
    .insertInto('freeze_span')
    .values({ id, starts_at: start, ends_at: end, reason, placer_id: user.account.id, placed_at: now })
    .execute();
  const details = { freeze: id, start, end, reason };
  await append(tx, { type: 'freeze.placed', actor: actorOf(user), source: user.source, details });
}

async function lift({ clock, append }: FreezeUses, tx: Tx, user: AuthenticatedUser, text: string): Promise<void> {
  const now = clock.now();
  const id = parseId('frz', text);
  const { numUpdatedRows = 0n } =
    id === undefined
      ? {}
      : await tx
          .updateTable('freeze_span')
          .set({ lifter_id: user.account.id, lifted_at: now })
          .where('id', '=', id)
          .where('lifted_at', 'is', null)
          .where('ends_at', '>', now)
          .executeTakeFirst();
  if (id === undefined || numUpdatedRows !== 1n) throw freezeAbsent();
  await append(tx, { type: 'freeze.lifted', actor: actorOf(user), source: user.source, details: { freeze: id } });
}
