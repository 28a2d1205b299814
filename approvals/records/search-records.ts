// Searching all recordings is looking into them: it takes the right to, and what was looked for is in the evidence
// before anything is answered.

import type { AppendEvidence } from '../../audit/event.ts';
import type { AuthenticatedUser } from '../../identity/login/authenticated-user.ts';
import { asOwn, requireActive } from '../../identity/people/account-repository.ts';
import { actorOf, SYSTEM, witnessed } from '../../identity/permission.ts';
import type { Policies } from '../../policies/evaluate.ts';
import { partlyIndexed, waitingCount } from '../../recordings/search/document-repository.ts';
import { parseQuery } from '../../recordings/search/query.ts';
import type { Hit, SearchIndex } from '../../recordings/search/search-index.ts';
import type { SessionId } from '../../store/core/ids.ts';
import type { Database, Tx } from '../../store/database.ts';
import { findSessions, type SessionView } from '../access/session-repository.ts';

export interface FoundSession {
  readonly session: SessionView;
  /** Only a part of it can be searched. */
  readonly partly: boolean;
  readonly hits: readonly Hit[];
}

export interface SearchAnswer {
  /** In the order of their newest finds. */
  readonly sessions: readonly FoundSession[];
  readonly next: number | null;
  /** Sessions that have ended and cannot be searched yet. */
  readonly waiting: number;
}

/** Throws `search.query`, or the policy's refusal. `from`: the `next` of the answer before. */
export type SearchRecords = (user: AuthenticatedUser, query: string, from?: number) => Promise<SearchAnswer>;

export function createSearchRecords(uses: {
  readonly database: Database;
  readonly append: AppendEvidence;
  readonly policies: Policies;
  readonly index: SearchIndex;
}): SearchRecords {
  const { database, append, policies, index } = uses;
  return (user, query, from) =>
    witnessed(uses, user, 'record.search', null, async () => {
      policies.authorize(user, 'record.search', SYSTEM);
      const terms = parseQuery(query);
      await database.transaction(async (tx) => {
        await requireActive(tx, user);
        await append(tx, {
          type: 'search.made',
          actor: actorOf(user),
          source: user.source,
          details: { query, ...(from !== undefined && { from }) },
        });
      });
      const { hits, next } = await index.find(terms, from);
      const bySession = Map.groupBy(hits, ({ session }) => session);
      return database.transaction(async (tx) => ({
        sessions: await described(tx, bySession, async ({ id, account }) => {
          const resource = { kind: 'session', id, account: await asOwn(tx, user, account.id) } as const;
          return policies.allows(user, 'session.replay', resource);
        }),
        next,
        waiting: await waitingCount(tx),
      }));
    });
}

async function described(
  tx: Tx,
  bySession: ReadonlyMap<SessionId, readonly Hit[]>,
  mayReplay: (session: SessionView) => Promise<boolean>,
): Promise<FoundSession[]> {
  const ids = [...bySession.keys()];
  const views = new Map((await findSessions(tx, { among: ids })).map((view) => [view.id, view]));
  const partly = await partlyIndexed(tx, ids);
  const found: FoundSession[] = [];
  for (const id of ids) {
    const session = views.get(id);
    if (session === undefined || !(await mayReplay(session))) continue;
    found.push({ session, partly: partly.has(id), hits: bySession.get(id) ?? [] });
  }
  return found;
}
