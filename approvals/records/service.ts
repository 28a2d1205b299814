// Asking for records and deciding about it: each act is one transaction that holds the decision, the change and its
// evidence. Somebody asks, somebody else approves, and whoever asked may use the approval once.

import type { AppendEvidence, EvidenceEvent } from '../../audit/event.ts';
import type { AuthenticatedUser } from '../../identity/login/authenticated-user.ts';
import { type FreshFactor, spendFreshFactor } from '../../identity/login/fresh-factor.ts';
import { accountsOfSamePerson, requireActive } from '../../identity/people/account-repository.ts';
import { actorOf, SYSTEM, witnessed } from '../../identity/permission.ts';
import { plainText } from '../../identity/plain-text.ts';
import type { Policies } from '../../policies/evaluate.ts';
import type { Json } from '../../store/core/canonical-json.ts';
import type { Clock } from '../../store/core/clock.ts';
import { type AccountId, newId, parseId } from '../../store/core/ids.ts';
import type { Database, Tx } from '../../store/database.ts';
import type { Changes } from '../../store/notify.ts';
import type { RecordRequestKind } from '../../store/schema/session-tables.ts';
import { sessionAbsent } from '../access/session-log.ts';
import { findSessions, findTracks } from '../access/session-repository.ts';
import { visibleSession } from '../access/visible-session.ts';
import { isDestroyed } from '../keeping/destruction-repository.ts';
import { alreadyDestroyed } from '../keeping/hold.ts';
import { sameAsRequester } from '../ticket/another-person.ts';
import { KINDS } from './kind.ts';
import { advance, type RequestCommand } from './machine.ts';
import { type RecordUse, recordUse } from './record-use.ts';
import { findRequest, findRequests, insertRequest, type RequestSelection, saveProgress } from './repository.ts';
import { type RecordRequest, requestAbsent } from './request.ts';
import { actionOf, type RecordRequestView, RequestViews, resourceOf } from './view.ts';

/** Every method on a request throws `record-request.absent` where there is none or the user may not see it. */
export interface RecordRequests {
  /** Throws `session.absent`, or the policy's refusal. */
  ask(user: AuthenticatedUser, session: string, wish: RecordWish, within?: AskStep): Promise<RecordRequestView>;
  /** This and refusing throw `duty.same-person`, too. */
  approve(user: AuthenticatedUser, fresh: FreshFactor, id: string): Promise<RecordRequestView>;
  refuse(user: AuthenticatedUser, id: string, reason: string): Promise<RecordRequestView>;
  withdraw(user: AuthenticatedUser, id: string): Promise<RecordRequestView>;
  /** Uses the approval up; a request of another kind is none. */
  use(user: AuthenticatedUser, kind: RecordRequestKind, id: string, within?: UseStep): Promise<RecordUse>;
  /** Newest first. */
  list(user: AuthenticatedUser, selection?: Omit<RequestSelection, 'requester'>): Promise<readonly RecordRequestView[]>;
}

/** What a kind does besides, in the same transaction; it may run more than once, and what it throws undoes all. */
export type AskStep = (tx: Tx, request: RecordRequest) => Promise<void>;
export type UseStep = (tx: Tx, use: RecordUse) => Promise<void>;

export interface RecordWish {
  readonly kind: RecordRequestKind;
  /** Checked by whoever calls: each kind has words of its own. */
  readonly terms: Json;
  readonly reason: string;
}

export interface RecordRequestUses {
  readonly database: Database;
  readonly clock: Clock;
  readonly append: AppendEvidence;
  readonly changes: Changes;
  readonly policies: Policies;
}

export function createRecordRequests(uses: RecordRequestUses): RecordRequests {
  const { database, clock, changes, policies } = uses;
  const writing = async <T>(user: AuthenticatedUser, action: string, about: Json, work: (tx: Tx) => Promise<T>) => {
    const done = await witnessed(uses, user, action, about, () => database.transaction(work));
    changes.publish('requests');
    return done;
  };
  const act = (user: AuthenticatedUser, id: string, make: () => RequestCommand): Promise<RecordRequestView> =>
    writing(user, `request.${make().type}`, named('request', id), async (tx) => {
      const saved = await perform(uses, tx, user, id, make());
      return (await RequestViews.read(tx, policies)).of(saved, user, clock.now());
    });
  return {
    ask: (user, session, wish, within) =>
      writing(user, KINDS[wish.kind].ask, named('session', session), (tx) =>
        ask(uses, tx, user, session, wish, within),
      ),
    // The factor is spent before the transaction, which may run more than once.
    approve: (user, fresh, id) =>
      witnessed(uses, user, 'request.approve', named('request', id), async () =>
        spendFreshFactor(fresh, user, 'record.approve', clock),
      ).then(() => act(user, id, () => ({ type: 'approve', by: user.account.id }))),
    async refuse(user, id, text) {
      const reason = plainText(text, { field: 'reason', maxLength: 1000, lines: 'many' });
      return act(user, id, () => ({ type: 'refuse', by: user.account.id, reason }));
    },
    withdraw: (user, id) => act(user, id, () => ({ type: 'withdraw' })),
    use: (user, kind, id, within) =>
      writing(user, 'request.use', named('request', id), (tx) => use(uses, tx, user, kind, id, within)),
    list: (user, selection = {}) =>
      witnessed(uses, user, 'request.list', null, () => database.transaction((tx) => list(uses, tx, user, selection))),
  };
}

/** Ends what somebody who leaves has asked for and not yet got. */
export async function withdrawRequestsOf(
  tx: Tx,
  requester: AccountId,
  append: AppendEvidence,
  now: number,
): Promise<number> {
  const open = await findRequests(tx, { requester, open: true });
  for (const request of open) {
    const saved = await saveProgress(tx, request, advance(request, { type: 'withdraw' }, now));
    await say(tx, append, saved, 'withdraw', { actor: { kind: 'system' } });
  }
  return open.length;
}

/** Attacker-controlled text, as far as evidence keeps it. */
function named(what: 'request' | 'session', id: string): Json {
  return { [what]: id.slice(0, 64).toWellFormed() };
}

async function ask(
  { append, clock, policies }: RecordRequestUses,
  tx: Tx,
  user: AuthenticatedUser,
  id: string,
  { kind, terms, reason }: RecordWish,
  within: AskStep = async () => {},
): Promise<RecordRequestView> {
  const found = await visibleSession({ policies }, tx, user, id, KINDS[kind].ask);
  if (await isDestroyed(tx, found.id)) throw alreadyDestroyed();
  const now = clock.now();
  const request: RecordRequest = {
    id: newId('req'),
    kind,
    session: found.id,
    terms,
    requester: user.account.id,
    reason: plainText(reason, { field: 'reason', maxLength: 1000, lines: 'many' }),
    progress: { state: 'waiting' },
    createdAt: now,
    version: 1,
  };
  await insertRequest(tx, request);
  await within(tx, request);
  await append(tx, {
    type: KINDS[kind].requested,
    actor: actorOf(user),
    source: user.source,
    details: { request: request.id, session: found.id, terms, reason: request.reason },
  });
  return (await RequestViews.read(tx, policies)).of(request, user, now);
}

async function perform(
  uses: RecordRequestUses,
  tx: Tx,
  user: AuthenticatedUser,
  id: string,
  command: RequestCommand,
): Promise<RecordRequest> {
  const { append, clock, policies } = uses;
  await requireActive(tx, user);
  const request = await visible(uses, tx, user, id);
  policies.authorize(user, actionOf(command.type, request.kind), resourceOf(request));
  if (command.type === 'approve' || command.type === 'refuse') await requireNotTheirs(tx, user, request);
  const saved = await saveProgress(tx, request, advance(request, command, clock.now()));
  await say(tx, append, saved, command.type, { actor: actorOf(user), source: user.source });
  return saved;
}

/** Nobody decides about the record of what they did under an account they had before. Throws `duty.same-person`. */
async function requireNotTheirs(tx: Tx, { account }: AuthenticatedUser, { session, requester }: RecordRequest) {
  const among = (await findSessions(tx, { session })).map((found) => found.account.id);
  const [other] = await accountsOfSamePerson(tx, { id: account.id, among: [...among, requester] });
  if (other !== undefined) throw sameAsRequester({ name: other.person.name });
}

async function use(
  uses: RecordRequestUses,
  tx: Tx,
  user: AuthenticatedUser,
  kind: RecordRequestKind,
  id: string,
  within: UseStep = async () => {},
): Promise<RecordUse> {
  if ((await visible(uses, tx, user, id)).kind !== kind) throw requestAbsent();
  const request = await perform(uses, tx, user, id, { type: 'use' });
  const [session] = await findSessions(tx, { session: request.session });
  if (session === undefined) throw sessionAbsent();
  const made = recordUse(user, request, session, await findTracks(tx, session.id));
  await within(tx, made);
  return made;
}

/** The request, if this user may see it; otherwise it does not exist. */
async function visible({ policies }: RecordRequestUses, tx: Tx, user: AuthenticatedUser, id: string) {
  const requestId = parseId('req', id);
  const request = requestId && (await findRequest(tx, requestId));
  if (request === undefined || !policies.allows(user, 'request.read', resourceOf(request))) throw requestAbsent();
  return request;
}

async function list(
  { clock, policies }: RecordRequestUses,
  tx: Tx,
  user: AuthenticatedUser,
  selection: RequestSelection,
): Promise<RecordRequestView[]> {
  policies.authorize(user, 'request.list', SYSTEM);
  const views = await RequestViews.read(tx, policies);
  const found: RecordRequestView[] = [];
  for (const request of await findRequests(tx, selection)) {
    if (policies.allows(user, 'request.read', resourceOf(request)))
      found.push(await views.of(request, user, clock.now()));
  }
  return found;
}

type By = Pick<EvidenceEvent, 'actor' | 'source'>;

async function say(
  tx: Tx,
  append: AppendEvidence,
  request: RecordRequest,
  command: RequestCommand['type'],
  by: By,
): Promise<void> {
  const event = eventOf(request, command);
  if (event !== null) await append(tx, { ...event, ...by });
}

function eventOf(request: RecordRequest, command: RequestCommand['type']): EvidenceEvent | null {
  const { id, session, kind, terms, progress } = request;
  const names = KINDS[kind];
  const system = { actor: { kind: 'system' } } as const;
  const details = { request: id, session };
  switch (command) {
    case 'approve':
      return { type: names.approved, ...system, details };
    case 'refuse':
      return {
        type: names.refused,
        ...system,
        details: { ...details, reason: 'reason' in progress ? progress.reason : '' },
      };
    case 'withdraw':
      return { type: names.withdrawn, ...system, details };
    case 'use':
      return names.used && { type: names.used, ...system, details: { ...details, terms } };
  }
}
