// The one gate. Whoever opens a channel, on whatever door, comes through `decide`; a channel that is live is asked
// about again by the same rules. Nothing else makes an ApprovedChannel.
//
//   account active → second factor → role and duties (policies) → ticket approved → unaltered → in its window
//   → target in use → kind agreed → transfer or destination agreed → source agreed

import type { AppendEvidence } from '../../audit/event.ts';
import { isTargetLocked, lockOn } from '../../identity/locks/lock.ts';
import { locksInForce } from '../../identity/locks/lock-repository.ts';
import { type AuthenticatedUser, isAuthenticated } from '../../identity/login/authenticated-user.ts';
import { hasSecondFactor } from '../../identity/login/second-factor.ts';
import { findAccount } from '../../identity/people/account-repository.ts';
import { missingRoles } from '../../identity/people/needed-roles.ts';
import { actorOf } from '../../identity/permission.ts';
import type { Policies } from '../../policies/evaluate.ts';
import { policyRefusal } from '../../policies/refusals.ts';
import { canonicalAddress } from '../../store/core/address.ts';
import type { ChannelKind, Destination } from '../../store/core/channel-terms.ts';
import { connectionName } from '../../store/core/connection-name.ts';
import type { EndReason } from '../../store/core/end-reason.ts';
import { newId, parseId } from '../../store/core/ids.ts';
import type { Database, Tx } from '../../store/database.ts';
import { freezeNow, freezesFrom } from '../freeze/calendar.ts';
import { openSpans } from '../freeze/open-spans.ts';
import { inForce } from '../ticket/in-force.ts';
import { allPlaces, approvedTickets, findTicket, type Place, ticketsFor } from '../ticket/repository.ts';
import type { Ticket } from '../ticket/ticket.ts';
import { type Window, windowNow } from '../ticket/windows.ts';
import { type ApprovedChannel, approve } from './approved-channel.ts';
import { type Candidate, candidatesOf, goesTo, judge } from './candidate.ts';
import { type Denial, endReasonOf, NEARNESS, refusalOf } from './denial.ts';
import type { WindowTime } from './window-time.ts';

/** What is asked of the gate; the texts are attacker-controlled. */
export interface ChannelRequest {
  readonly kind: ChannelKind;
  readonly selector:
    | { readonly by: 'names'; readonly login: string | null; readonly target: string | null }
    | { readonly by: 'ids'; readonly ticketId: string; readonly targetAccountId: string };
  /** The command line of an exec channel; null for a shell. */
  readonly command: string | null;
  /** Where a forwarded connection shall go; null for the other kinds. */
  readonly destination: Destination | null;
  readonly source: string;
  readonly via: 'ssh' | 'web';
}

/** What somebody would like to open, without saying all of it; the names are attacker-controlled. */
export interface Wish {
  readonly kind: ChannelKind;
  readonly login: string | null;
  readonly target: string | null;
  readonly source: string;
}

export interface Openable {
  /** Addresses and CIDR blocks of every ticket that is approved and in its window now. */
  readonly sources: readonly string[];
  /** When the clock alone next changes the answer, milliseconds since 1970. */
  readonly nextChangeAt: number | null;
}

/** Where a live channel stands: why it has to end, or when it closes, until when what runs may finish, and why no longer. */
export type Standing =
  | { readonly ends: EndReason }
  | {
      readonly closesAt: number;
      readonly closing: 'window-ended' | 'freeze-began';
      /** `closesAt` where nothing may. */
      readonly finishesUntil: number;
    };

export interface Gate {
  /** Throws a Refusal, which has left `access.refused`. */
  decide(user: AuthenticatedUser, request: ChannelRequest): Promise<ApprovedChannel>;
  /**
   * Which of their own channels of that kind this person may open now, of those the names fit: the same rules, asked
   * for a menu. Nothing is opened and nothing is refused.
   */
  choices(user: AuthenticatedUser, wish: Wish): Promise<readonly Place[]>;
  /** The same decision once more: undefined while the answer is still yes. */
  stillAllowed(approved: ApprovedChannel): Promise<EndReason | undefined>;
  /** The same, and until when: a window may have been made longer since. */
  standing(approved: ApprovedChannel): Promise<Standing>;
  openable(): Promise<Openable>;
  /** The same decision inside somebody's transaction, and until when; throws the Refusal. */
  confirm(tx: Tx, approved: ApprovedChannel): Promise<number>;
}

export interface GateUses {
  readonly database: Database;
  readonly append: AppendEvidence;
  readonly policies: Policies;
  readonly time: WindowTime;
  readonly timeZone: string;
  /** How long what runs at the end of a window may go on, where its ticket says so; milliseconds. */
  readonly finishMs: number;
}

export function createGate(uses: GateUses): Gate {
  const { database, append, time, timeZone } = uses;
  return {
    async decide(user, request) {
      if (!isAuthenticated(user)) throw new Error('expected somebody who signed in');
      const decision = await database.transaction(async (tx) => {
        const found = await decide(uses, tx, user, request);
        if ('denial' in found) await recordRefusal(tx, append, user, request, refusalOf(found.denial, timeZone).code);
        return found;
      });
      if ('denial' in decision) throw refusalOf(decision.denial, timeZone);
      return approvedOf(user, request, decision.candidate, time.now());
    },
    async choices(user, wish) {
      if (!isAuthenticated(user)) throw new Error('expected somebody who signed in');
      return database.transaction((tx) => choices(uses, tx, user, wish));
    },
    async stillAllowed(approved) {
      const found = await database.transaction((tx) => again(uses, tx, approved, 'live'));
      return 'denial' in found ? endReasonOf(found.denial) : undefined;
    },
    async standing(approved) {
      const found = await database.transaction((tx) => again(uses, tx, approved, 'live'));
      if ('denial' in found) return { ends: endReasonOf(found.denial) };
      return standingOf(uses, found.candidate, approved);
    },
    async confirm(tx, approved) {
      const found = await again(uses, tx, approved, 'opening');
      if ('denial' in found) throw refusalOf(found.denial, timeZone);
      return closesAtFor(found.candidate, approved, time.now());
    },
    openable: () =>
      database.transaction(async (tx) => {
        const now = time.now();
        if ((await missingRoles(tx)).length > 0) return { sources: [], nextChangeAt: null };
        const lockdown = (await locksInForce(tx, now)).filter(({ scope }) => scope === 'everything');
        // Looked at again when the last of them ends by itself.
        if (lockdown.length > 0)
          return { sources: [], nextChangeAt: Math.max(...lockdown.map(({ endsAt }) => endsAt)) };
        return openable(await approvedTickets(tx, now), await freezesFrom(tx, now), now);
      }),
  };
}

type Decision = { readonly candidate: Candidate } | { readonly denial: Denial };

async function decide(uses: GateUses, tx: Tx, user: AuthenticatedUser, request: ChannelRequest): Promise<Decision> {
  const denial = await aboutPerson(uses, tx, user);
  if (denial !== undefined) return { denial };
  const own = await candidatesFor(uses, tx, await ticketsFor(tx, user.account.id));
  const { kind, command, destination, source } = request;
  const circumstances = { kind, command, destination, source, now: uses.time.now() };
  const may = (candidate: Candidate): Denial | undefined =>
    judge(candidate, circumstances) ?? aboutPolicy(uses.policies, user, whose(candidate.ticket));
  const named = own.filter((candidate) => isNamed(candidate, request.selector));
  const open = named.filter((candidate) => may(candidate) === undefined);
  const accounts = new Set(open.map(({ place }) => place.targetAccountId));
  const [first] = open.sort(longestFirst(circumstances.now));
  if (first !== undefined && accounts.size === 1) return { candidate: first };
  const role = aboutPolicy(uses.policies, user, ownTicket(user));
  if (role !== undefined) return { denial: role };
  const choices = [
    ...new Set(own.filter((each) => may(each) === undefined).map(({ place }) => nameOf(user, place))),
  ].sort();
  if (accounts.size > 1) return { denial: { code: 'channel.ambiguous', choices } };
  return { denial: nearest(named.map(may)) ?? { code: 'channel.unknown-target', choices } };
}

async function choices(uses: GateUses, tx: Tx, user: AuthenticatedUser, wish: Wish): Promise<readonly Place[]> {
  if ((await aboutPerson(uses, tx, user)) !== undefined) return [];
  const { kind, source, login, target } = wish;
  const circumstances = { kind, command: null, destination: null, source, now: uses.time.now() };
  const own = await candidatesFor(uses, tx, await ticketsFor(tx, user.account.id));
  const open = own.filter(
    (candidate) =>
      isNamed(candidate, { by: 'names', login, target }) &&
      judge(candidate, circumstances) === undefined &&
      aboutPolicy(uses.policies, user, whose(candidate.ticket)) === undefined,
  );
  const byAccount = new Map(open.map(({ place }) => [place.targetAccountId, place]));
  return [...byAccount.values()].sort((a, b) => (nameOf(user, a) < nameOf(user, b) ? -1 : 1));
}

async function aboutPerson({ time }: GateUses, tx: Tx, user: AuthenticatedUser): Promise<Denial | undefined> {
  if ((await missingRoles(tx)).length > 0) return { code: 'centre.incomplete' };
  const account = await findAccount(tx, user.account.id);
  if (account?.state !== 'active') return { code: 'account.not-active' };
  const reach = { account: user.account.id, vendor: user.account.vendor, source: user.source };
  if (lockOn(await locksInForce(tx, time.now()), reach) !== undefined) return { code: 'access.locked' };
  return hasSecondFactor(user.factors) ? undefined : { code: 'login.second-factor-missing' };
}

function aboutPolicy(
  policies: Policies,
  user: AuthenticatedUser,
  { id, requester, companions }: Whose,
): Denial | undefined {
  const resource = { kind: 'ticket' as const, id, requester, requesterVendor: user.account.vendor, companions };
  const { code } = policies.judge(user.account, 'channel.open', resource);
  return code === null ? undefined : { code: 'policy', refusal: policyRefusal(code) };
}

/** Whose a ticket is, as far as a policy asks. */
interface Whose extends Pick<Ticket, 'id' | 'requester'> {
  readonly companions: Ticket['content']['terms']['companions'];
}

function whose({ id, requester, content }: Ticket): Whose {
  return { id, requester, companions: content.terms.companions };
}

/** Any ticket of their own: whether this role may open channels at all. */
function ownTicket(user: AuthenticatedUser): Whose {
  return { id: newId('tkt'), requester: user.account.id, companions: [] };
}

function isNamed({ ticket, place }: Candidate, selector: ChannelRequest['selector']): boolean {
  if (selector.by === 'ids') {
    return ticket.id === selector.ticketId && place.targetAccountId === selector.targetAccountId;
  }
  const { login, target } = selector;
  return (login === null || login === place.login) && (target === null || target.normalize('NFC') === place.target);
}

// Two tickets that agree to the same channel: the one that stays open longer.
function longestFirst(now: number) {
  return (a: Candidate, b: Candidate): number => closesAt(b, now) - closesAt(a, now);
}

/** The end of the window that is open now, or the start of a freeze in it. */
function closesAt({ spans }: Candidate, now: number): number {
  return windowNow(spans, now)?.end ?? now;
}

/** The same for a channel that is live: never beyond the window it was opened in. */
function closesAtFor(candidate: Candidate, { window, closesAt: before }: ApprovedChannel, now: number): number {
  return Math.min(closesAt(candidate, now), inForce(candidate.ticket).windows[window]?.end ?? before);
}

async function candidatesFor({ time }: GateUses, tx: Tx, tickets: readonly Ticket[]): Promise<Candidate[]> {
  const now = time.now();
  const locks = await locksInForce(tx, now);
  const places = (await allPlaces(tx)).map((place) => ({ ...place, locked: isTargetLocked(locks, place.targetId) }));
  return candidatesOf(tickets, places, await freezesFrom(tx, now));
}

function nearest(denials: readonly (Denial | undefined)[]): Denial | undefined {
  const real = denials.filter((denial) => denial !== undefined);
  return real.sort((a, b) => NEARNESS[b.code] - NEARNESS[a.code])[0];
}

function nameOf(user: AuthenticatedUser, place: Pick<Place, 'login' | 'target'>): string {
  return connectionName(user.account.name, place.login, place.target);
}

/** The decision about a live channel, made again. */
async function again(uses: GateUses, tx: Tx, approved: ApprovedChannel, stage: 'opening' | 'live'): Promise<Decision> {
  const person = await aboutPerson(uses, tx, approved.user);
  if (person !== undefined) return { denial: person };
  const ticketId = parseId('tkt', approved.ticket.id);
  const ticket = ticketId && (await findTicket(tx, ticketId));
  if (ticket === undefined) return { denial: { code: 'channel.unknown-target', choices: [] } };
  const candidate = (await candidatesFor(uses, tx, [ticket])).find(
    ({ place }) => place.targetAccountId === approved.targetAccount.id,
  );
  if (candidate === undefined) return { denial: { code: 'channel.unknown-target', choices: [] } };
  const { kind, command, destination, source } = approved;
  const now = stage === 'live' ? momentOf(uses, ticket, approved) : uses.time.now();
  // What finishes after its window is outside of every span: a freeze is looked for by itself.
  if (now < uses.time.now() && freezeNow(candidate.freezes, uses.time.now()) !== undefined) {
    return { denial: { code: 'channel.frozen', number: ticket.number } };
  }
  const denial =
    judge(candidate, { kind, command, destination, source, now }) ??
    aboutPolicy(uses.policies, approved.user, whose(ticket)) ??
    moved(candidate, approved);
  return denial === undefined ? { candidate } : { denial };
}

function standingOf(uses: GateUses, candidate: Candidate, approved: ApprovedChannel): Standing {
  const closesAt = closesAtFor(candidate, approved, momentOf(uses, candidate.ticket, approved));
  // A freeze gives nobody time to finish.
  if (closesAt !== inForce(candidate.ticket).windows[approved.window]?.end) {
    return { closesAt, closing: 'freeze-began', finishesUntil: closesAt };
  }
  const freezes = candidate.freezes.filter(({ end }) => end > closesAt).map(({ start }) => Math.max(start, closesAt));
  if (!approved.finishes) return { closesAt, closing: 'window-ended', finishesUntil: closesAt };
  const finishesUntil = Math.min(closesAt + uses.finishMs, ...freezes);
  const closing = freezes.includes(finishesUntil) ? 'freeze-began' : 'window-ended';
  return { closesAt, closing, finishesUntil };
}

/** What may finish is judged, for that while, as of the last moment of its window: everything else holds as before. */
function momentOf({ time, finishMs }: GateUses, ticket: Ticket, { window, finishes }: ApprovedChannel): number {
  const now = time.now();
  const end = inForce(ticket).windows[window]?.end;
  return finishes && end !== undefined && end <= now && now < end + finishMs ? end - 1 : now;
}

/** The pinned key is not part of what was approved, but a live channel rests on the one it was opened with. */
function moved({ place, ticket }: Candidate, approved: ApprovedChannel): Denial | undefined {
  return place.hostKey === approved.target.hostKey ? undefined : { code: 'ticket.altered', number: ticket.number };
}

/** Where something runs to an end of its own; a shell never does. */
const FINISHING: ReadonlySet<ChannelKind> = new Set(['exec', 'sftp']);

function approvedOf(
  user: AuthenticatedUser,
  request: ChannelRequest,
  candidate: Candidate,
  now: number,
): ApprovedChannel {
  const { ticket, channel, place } = candidate;
  return approve({
    session: newId('ses'),
    ticket: { id: ticket.id, number: ticket.number },
    user,
    target: { id: place.targetId, name: place.target, host: place.host, port: place.port, hostKey: place.hostKey },
    targetAccount: { id: place.targetAccountId, login: place.login },
    kind: request.kind,
    command: request.command,
    files: request.kind === 'sftp' ? channel.files : null,
    destination: request.kind === 'forward' ? (goesTo(channel, request.destination) ?? null) : null,
    source: canonicalAddress(request.source),
    via: request.via,
    supervised: inForce(ticket).supervised,
    finishes: inForce(ticket).finishRunning && FINISHING.has(request.kind),
    window: inForce(ticket).windows.findIndex(({ start, end }) => start <= now && now < end),
    closesAt: closesAt(candidate, now),
  });
}

function recordRefusal(
  tx: Tx,
  append: AppendEvidence,
  user: AuthenticatedUser,
  { kind, selector, via, source, command, destination }: ChannelRequest,
  code: string,
): Promise<void> {
  const short = (text: string | null): string | null => text?.slice(0, 256).toWellFormed() ?? null;
  const asked =
    selector.by === 'names'
      ? { login: short(selector.login), target: short(selector.target) }
      : { ticket: short(selector.ticketId), targetAccount: short(selector.targetAccountId) };
  const place = destination && { destination: { ...destination, host: short(destination.host) } };
  return append(tx, {
    type: 'access.refused',
    actor: actorOf(user),
    source,
    details: { action: 'channel.open', code, request: { kind, via, command: short(command), ...asked, ...place } },
  });
}

function openable(tickets: readonly Ticket[], freezes: readonly Window[], now: number): Openable {
  const spans = tickets.map((ticket) => ({ ticket, spans: openSpans(ticket, freezes) }));
  const open = spans.filter((each) => windowNow(each.spans, now) !== undefined);
  const changes = spans.flatMap((each) => each.spans.flatMap(({ start, end }) => [start, end]));
  const coming = changes.filter((at) => at > now);
  return {
    sources: [...new Set(open.flatMap(({ ticket }) => ticket.content.sources))].sort(),
    nextChangeAt: coming.length === 0 ? null : Math.min(...coming),
  };
}
