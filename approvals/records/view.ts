// A request as people see it: with names, with what they may do to it now, and with an approval that has run out shown
// as such.

import type { AuthenticatedUser } from '../../identity/login/authenticated-user.ts';
import type { Person } from '../../identity/people/account.ts';
import { listAccounts } from '../../identity/people/account-repository.ts';
import type { Policies } from '../../policies/evaluate.ts';
import type { Json } from '../../store/core/canonical-json.ts';
import type { AccountId, RecordRequestId, SessionId } from '../../store/core/ids.ts';
import { Refusal } from '../../store/core/refusal.ts';
import type { Tx } from '../../store/database.ts';
import type { RecordRequestKind } from '../../store/schema/session-tables.ts';
import { findSessions, type SessionView } from '../access/session-repository.ts';
import { KINDS } from './kind.ts';
import { next } from './machine.ts';
import type { RecordRequest } from './request.ts';

export type RequestAct = 'approve' | 'refuse' | 'withdraw' | 'use';

export interface RecordRequestView {
  readonly id: RecordRequestId;
  readonly kind: RecordRequestKind;
  readonly session: SessionView;
  readonly terms: Json;
  readonly requester: Person;
  readonly reason: string;
  readonly state: RecordRequest['progress']['state'] | 'expired';
  readonly decider: Person | null;
  readonly decidedAt: number | null;
  /** Why it was refused. */
  readonly decisionReason: string | null;
  readonly expiresAt: number | null;
  readonly createdAt: number;
  readonly acts: readonly RequestAct[];
}

/** The request as the policies see it. */
export function resourceOf({ id, requester }: Pick<RecordRequest, 'id' | 'requester'>) {
  return { kind: 'request' as const, id, requester };
}

export class RequestViews {
  readonly #tx: Tx;
  readonly #policies: Policies;
  readonly #people: ReadonlyMap<AccountId, Person>;
  readonly #sessions = new Map<SessionId, SessionView>();

  private constructor(tx: Tx, policies: Policies, people: ReadonlyMap<AccountId, Person>) {
    this.#tx = tx;
    this.#policies = policies;
    this.#people = people;
  }

  static async read(tx: Tx, policies: Policies): Promise<RequestViews> {
    const accounts = await listAccounts(tx);
    return new RequestViews(tx, policies, new Map(accounts.map(({ person }) => [person.id, person])));
  }

  async of(request: RecordRequest, user: AuthenticatedUser, now: number): Promise<RecordRequestView> {
    const { progress } = request;
    const decision = 'refusal' in progress ? progress.refusal : 'approval' in progress ? progress.approval : null;
    const over = progress.state === 'approved' && now >= progress.expiresAt;
    return {
      id: request.id,
      kind: request.kind,
      session: await this.#session(request.session),
      terms: request.terms,
      requester: this.#person(request.requester),
      reason: request.reason,
      state: over ? 'expired' : progress.state,
      decider: decision && this.#person(decision.by),
      decidedAt: decision?.at ?? null,
      decisionReason: 'reason' in progress ? progress.reason : null,
      expiresAt: 'expiresAt' in progress ? progress.expiresAt : null,
      createdAt: request.createdAt,
      acts: ACTS.filter((act) => this.#may(act, request, user, now)),
    };
  }

  #may(act: RequestAct, request: RecordRequest, user: AuthenticatedUser, now: number): boolean {
    const by = user.account.id;
    const command =
      act === 'refuse' ? { type: act, by, reason: '' } : act === 'approve' ? { type: act, by } : { type: act };
    const possible = !(next(request, command, now) instanceof Refusal);
    return possible && this.#policies.allows(user, actionOf(act, request.kind), resourceOf(request));
  }

  #person(id: AccountId): Person {
    const person = this.#people.get(id);
    if (person === undefined) throw new Error(`expected the account ${id}`);
    return person;
  }

  async #session(id: SessionId): Promise<SessionView> {
    const session = this.#sessions.get(id) ?? (await findSessions(this.#tx, { session: id }))[0];
    if (session === undefined) throw new Error(`expected the session ${id}`);
    this.#sessions.set(id, session);
    return session;
  }
}

const ACTS: readonly RequestAct[] = ['approve', 'refuse', 'withdraw', 'use'];

export function actionOf(act: RequestAct, kind: RecordRequestKind) {
  if (act === 'withdraw') return 'request.withdraw';
  return act === 'use' ? KINDS[kind].use : KINDS[kind].decide;
}
