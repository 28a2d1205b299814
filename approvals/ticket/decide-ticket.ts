// Decisions on a ticket: filing, approving, refusing, revoking, reporting, accepting. Each is one transaction that asks
// the policies, moves the machine, and leaves its evidence.

import type { AuthenticatedUser } from '../../identity/login/authenticated-user.ts';
import { findAccount, requireActive } from '../../identity/people/account-repository.ts';
import { actorOf, capacityOf } from '../../identity/permission.ts';
import type { TicketAction } from '../../policies/action.ts';
import { defineRefusal } from '../../store/core/refusal.ts';
import type { Tx } from '../../store/database.ts';
import { deciding, type Standing } from '../deputies/standing-in.ts';
import { awaitReview } from '../emergency/review.ts';
import { freezeIn, freezeNow, freezesFrom } from '../freeze/calendar.ts';
import { routeOf } from '../routes/route-of.ts';
import { readShown } from '../summary/read-told.ts';
import { type Act, approval, type Deciding } from './act.ts';
import { requireAnotherPerson } from './another-person.ts';
import { centreTime } from './centre-time.ts';
import { inForce } from './in-force.ts';
import { advance } from './machine.ts';
import { type NarrowingBody, parseNarrowing } from './narrowing.ts';
import type { Passage } from './passage.ts';
import { saveProgress } from './repository.ts';
import { strictest } from './route.ts';
import type { Ticket } from './ticket.ts';
import type { TicketUses } from './ticket-uses.ts';
import { type TicketResource, visibleTicket } from './visible-ticket.ts';
import { lastEnd, type Window } from './windows.ts';

export const approvalsFrozen = defineRefusal<{ until: string }>('freeze.no-approvals', 'conflict', ({ until }) => ({
  zh: `冻结时段内不能审批，冻结至 ${until}`,
  en: `nothing is approved during a freeze; it lasts until ${until}`,
}));

export const windowFrozen = defineRefusal<{ from: string; until: string; reason: string }>(
  'freeze.window-frozen',
  'conflict',
  ({ from, until, reason }) => ({
    zh: `维护窗口与冻结时段重叠（${from} 至 ${until}，${reason}），请缩小窗口后再批准`,
    en: `the window runs into a freeze (${from} to ${until}, ${reason}); narrow it before you approve`,
  }),
);

export const emergencyTakesHead = defineRefusal('duty.emergency-takes-a-head', 'forbidden', () => ({
  zh: '应急打开的两人中，须有一人是中心负责人或其代理人',
  en: 'of the two who open an emergency, one is a head or stands in for one',
}));

/** Any act but an approval. */
export async function decideTicket(
  uses: TicketUses,
  tx: Tx,
  user: AuthenticatedUser,
  { action, id, make }: { action: TicketAction; id: string; make: (deciding: Deciding) => Act },
): Promise<Ticket> {
  await requireActive(tx, user);
  const { ticket, resource } = await visibleTicket(tx, uses.policies, user, id);
  const { account, deputyFor } = await allowed(uses, tx, user, action, resource);
  await requireAnotherPerson(tx, user, action, ticket);
  const { command, evidence } = make({ by: account.id, deputyFor });
  const now = uses.clock.now();
  const saved = await saveProgress(tx, ticket, advance(ticket, command, now), now);
  await uses.append(tx, evidence(saved, { actor: actorOf(user), source: user.source }, capacityOf(user)));
  return saved;
}

/** `read`: hash of what the approver was shown; `narrow`: what they take away from it. */
export async function approveTicket(
  uses: TicketUses,
  tx: Tx,
  user: AuthenticatedUser,
  { id, read, narrow }: { id: string; read: string; narrow: NarrowingBody },
): Promise<Ticket> {
  await requireActive(tx, user);
  const { ticket: found, resource } = await visibleTicket(tx, uses.policies, user, id);
  const { account, deputyFor } = await allowed(uses, tx, user, 'ticket.approve', resource);
  await requireAnotherPerson(tx, user, 'ticket.approve', found);
  const now = uses.clock.now();
  const ticket = await asStrictAsNow(tx, found);
  const left = inForce(ticket);
  const narrowing = parseNarrowing(narrow, left) ?? null;
  const { hash: shown } = await readShown(tx, ticket, uses.timeZone);
  const windows = narrowing?.windows ?? left.windows;
  const command = { by: account.id, deputyFor, read, shown, narrowing, lastEnd: lastEnd(windows) };
  const { command: approve, evidence } = approval(command);
  const progress = advance(ticket, approve, now);
  if (progress.state === 'approved' && ticketIsUrgent(ticket)) await requireHead(tx, progress.passage);
  if (!ticketIsUrgent(ticket)) await checkFreezes(uses, tx, windows, now);
  const saved = await saveProgress(tx, ticket, progress, now);
  await uses.append(tx, evidence(saved, { actor: actorOf(user), source: user.source }, capacityOf(user)));
  if (saved.progress.state === 'approved' && ticketIsUrgent(saved)) await awaitReview(tx, uses.append, saved, now);
  return saved;
}

/** The section may be one of the two who open an emergency, not both. Throws `duty.emergency-takes-a-head`. */
async function requireHead(tx: Tx, { given }: Passage): Promise<void> {
  for (const { by, deputyFor } of given) {
    if (deputyFor !== null || (await findAccount(tx, by))?.person.role === 'head') return;
  }
  throw emergencyTakesHead();
}

function ticketIsUrgent({ content }: Ticket): boolean {
  return content.terms.urgency !== 'planned';
}

/** A group may ask for more since it was submitted: that counts; less does not. */
async function asStrictAsNow(tx: Tx, ticket: Ticket): Promise<Ticket> {
  const { progress } = ticket;
  if ((progress.state !== 'submitted' && progress.state !== 'filed') || progress.passage.route.emergency) return ticket;
  const route = strictest([progress.passage.route, await routeOf(tx, ticket.content)]);
  return { ...ticket, progress: { ...progress, passage: { ...progress.passage, route } } };
}

async function checkFreezes({ timeZone }: TicketUses, tx: Tx, windows: readonly Window[], now: number): Promise<void> {
  const freezes = await freezesFrom(tx, now);
  const at = (moment: number): string => centreTime(moment, timeZone);
  const current = freezeNow(freezes, now);
  if (current !== undefined) throw approvalsFrozen({ until: at(current.end) });
  for (const window of windows) {
    const freeze = freezeIn(freezes, window);
    if (freeze === undefined) continue;
    throw windowFrozen({ from: at(freeze.start), until: at(freeze.end), reason: freeze.reason });
  }
}

/** In their own right, or as a deputy where that is not enough. Throws the refusal. */
export async function allowed(
  { policies, clock }: Pick<TicketUses, 'policies' | 'clock'>,
  tx: Tx,
  user: AuthenticatedUser,
  action: TicketAction,
  resource: TicketResource,
): Promise<Standing> {
  const needed = !policies.allows(user, action, resource);
  const who = DEPUTIES_MAY.has(action) ? await deciding(tx, user, clock.now(), needed) : undefined;
  policies.authorize(who ?? user, action, resource);
  return who ?? { account: user.account, deputyFor: null };
}

const DEPUTIES_MAY: ReadonlySet<TicketAction> = new Set([
  'ticket.approve',
  'ticket.refuse',
  'ticket.revoke',
  'ticket.review',
  'extension.grant',
  'extension.refuse',
]);
