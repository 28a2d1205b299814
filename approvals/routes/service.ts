// Groups of targets, and what a ticket for them has to pass. Heads arrange it: whoever could lower what is asked of a
// ticket holds the approval in their hands, so no administrator does.

import type { AppendEvidence } from '../../audit/event.ts';
import type { AuthenticatedUser } from '../../identity/login/authenticated-user.ts';
import { type FreshFactor, spendFreshFactor } from '../../identity/login/fresh-factor.ts';
import { requireActive } from '../../identity/people/account-repository.ts';
import { actorOf, SYSTEM, witnessed } from '../../identity/permission.ts';
import { plainText } from '../../identity/plain-text.ts';
import type { Policies } from '../../policies/evaluate.ts';
import type { Clock } from '../../store/core/clock.ts';
import { newId, parseId, type TargetGroupId, type TargetId } from '../../store/core/ids.ts';
import { defineRefusal } from '../../store/core/refusal.ts';
import type { Database, Tx } from '../../store/database.ts';
import type { Changes } from '../../store/notify.ts';

export interface TargetGroup {
  readonly id: TargetGroupId;
  readonly name: string;
  readonly filing: boolean;
  readonly approvals: 1 | 2;
}

export interface Routes {
  readonly groups: readonly TargetGroup[];
  /** By name. */
  readonly targets: readonly { readonly id: TargetId; readonly name: string; readonly group: TargetGroupId | null }[];
}

/** Attacker-controlled. */
export interface GroupBody {
  readonly name: string;
  readonly filing: boolean;
  readonly approvals: 1 | 2;
}

export const groupAbsent = defineRefusal('route.group-absent', 'absent', () => ({
  zh: '没有这个资产分组',
  en: 'there is no such group of targets',
}));

export const groupNameTaken = defineRefusal('route.name-taken', 'conflict', () => ({
  zh: '已有同名的资产分组',
  en: 'a group of this name exists already',
}));

export interface RouteArrangements {
  list(user: AuthenticatedUser): Promise<Routes>;
  /** Throws `route.name-taken`. */
  addGroup(user: AuthenticatedUser, fresh: FreshFactor, body: GroupBody): Promise<Routes>;
  /** What it asks from now on; tickets under way need what is stricter. Throws `route.group-absent`, `route.name-taken`. */
  setGroup(user: AuthenticatedUser, fresh: FreshFactor, id: string, body: GroupBody): Promise<Routes>;
  /** `group`: null takes it out of its group. Throws `route.group-absent`, also for a target that does not exist. */
  assign(user: AuthenticatedUser, fresh: FreshFactor, target: string, group: string | null): Promise<Routes>;
}

export interface RouteUses {
  readonly database: Database;
  readonly clock: Clock;
  readonly append: AppendEvidence;
  readonly changes: Changes;
  readonly policies: Policies;
}

export function createRouteArrangements(uses: RouteUses): RouteArrangements {
  const { database, clock, changes, policies } = uses;
  const writing = async (user: AuthenticatedUser, fresh: FreshFactor, work: (tx: Tx) => Promise<void>) => {
    const routes = await witnessed(uses, user, 'route.manage', null, async () => {
      policies.authorize(user, 'route.manage', SYSTEM);
      spendFreshFactor(fresh, user, 'route.manage', clock);
      return database.transaction(async (tx) => {
        await requireActive(tx, user);
        await work(tx);
        return readRoutes(tx);
      });
    });
    changes.publish('tickets');
    return routes;
  };
  return {
    list: (user) =>
      witnessed(uses, user, 'route.list', null, async () => {
        policies.authorize(user, 'route.list', SYSTEM);
        return database.transaction(readRoutes);
      }),
    addGroup: (user, fresh, body) => writing(user, fresh, (tx) => addGroup(uses, tx, user, body)),
    setGroup: (user, fresh, id, body) => writing(user, fresh, (tx) => setGroup(uses, tx, user, id, body)),
    assign: (user, fresh, target, group) => writing(user, fresh, (tx) => assign(uses, tx, user, target, group)),
  };
}

async function addGroup({ append }: RouteUses, tx: Tx, user: AuthenticatedUser, body: GroupBody): Promise<void> {
  const name = await freeName(tx, body.name);
  const group = { id: newId('grp'), name, filing: body.filing, approvals: body.approvals };
  await tx
    .insertInto('target_group')
    .values({ id: group.id, name, ...columnsOf(body), version: 1 })
    .execute();
  await say(append, tx, user, group);
}

async function setGroup({ append }: RouteUses, tx: Tx, user: AuthenticatedUser, id: string, body: GroupBody) {
  const group = await findGroup(tx, id);
  const name = await freeName(tx, body.name, group.id);
  await tx
    .updateTable('target_group')
    .set((is) => ({ name, ...columnsOf(body), version: is('version', '+', 1) }))
    .where('id', '=', group.id)
    .execute();
  await say(append, tx, user, { id: group.id, name, filing: body.filing, approvals: body.approvals });
}

async function assign(
  { append }: RouteUses,
  tx: Tx,
  user: AuthenticatedUser,
  targetText: string,
  groupText: string | null,
): Promise<void> {
  const group = groupText === null ? null : (await findGroup(tx, groupText)).id;
  const target = parseId('tgt', targetText);
  const { numUpdatedRows = 0n } =
    target === undefined
      ? {}
      : await tx.updateTable('target').set({ group_id: group }).where('id', '=', target).executeTakeFirst();
  if (target === undefined || numUpdatedRows !== 1n) throw groupAbsent();
  await append(tx, {
    type: 'route.target-assigned',
    actor: actorOf(user),
    source: user.source,
    details: { target, group },
  });
}

async function findGroup(tx: Tx, text: string): Promise<{ readonly id: TargetGroupId }> {
  const id = parseId('grp', text);
  const row = id && (await tx.selectFrom('target_group').select('id').where('id', '=', id).executeTakeFirst());
  if (row === undefined) throw groupAbsent();
  return row;
}

async function freeName(tx: Tx, text: string, own?: TargetGroupId): Promise<string> {
  const name = plainText(text, { field: 'name', maxLength: 60 });
  const row = await tx.selectFrom('target_group').select('id').where('name', '=', name).executeTakeFirst();
  if (row !== undefined && row.id !== own) throw groupNameTaken();
  return name;
}

function columnsOf({ filing, approvals }: GroupBody) {
  return { needs_filing: filing ? (1 as const) : (0 as const), needs_approvals: approvals };
}

function say(append: AppendEvidence, tx: Tx, user: AuthenticatedUser, { id: group, ...rest }: TargetGroup) {
  return append(tx, { type: 'route.set', actor: actorOf(user), source: user.source, details: { group, ...rest } });
}

async function readRoutes(tx: Tx): Promise<Routes> {
  const groups = await tx.selectFrom('target_group').selectAll().orderBy('name').execute();
  const targets = await tx
    .selectFrom('target')
    .select(['id', 'name', 'group_id'])
    .where('retired_at', 'is', null)
    .orderBy('name')
    .execute();
  return {
    groups: groups.map(({ id, name, needs_filing, needs_approvals: approvals }) => ({
      id,
      name,
      filing: needs_filing === 1,
      approvals,
    })),
    targets: targets.map(({ id, name, group_id: group }) => ({ id, name, group })),
  };
}
