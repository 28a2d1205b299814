// An unsealing as it is shown: how far it has come, and whether it waits for who looks.

import { recipientsOf } from '../../identity/custodians/custodian-repository.ts';
import type { AuthenticatedUser } from '../../identity/login/authenticated-user.ts';
import type { CustodianTerms } from '../../recordings/storage/custodian-seal.ts';
import type { UnsealingId } from '../../store/core/ids.ts';
import type { Tx } from '../../store/database.ts';
import type { SessionView } from '../access/session-repository.ts';
import { type NamedUnsealing, sharesOf, type UnsealingRow } from './unsealing-repository.ts';

export interface UnsealingView {
  readonly id: UnsealingId;
  readonly session: SessionView;
  /** Account name. */
  readonly requester: string;
  readonly reason: string;
  readonly askedAt: number;
  readonly state: 'waiting' | 'open' | 'over';
  /** Until when it waits, or is open. */
  readonly until: number;
  /** How many shares it takes; 0 where the records key opens the track. */
  readonly threshold: number;
  readonly shares: readonly {
    readonly account: string;
    readonly releasedAt: number;
    readonly receivedAt: number | null;
  }[];
  /** Whether who asks may give a share, and has not yet. */
  readonly waitsForMe: boolean;
}

export interface ViewedUnsealing {
  readonly row: NamedUnsealing;
  readonly session: SessionView;
  /** What the header of the keys track says of its custodians; undefined where there are none. */
  readonly terms: CustodianTerms | undefined;
}

export async function unsealingView(
  tx: Tx,
  user: AuthenticatedUser,
  { row, session, terms }: ViewedUnsealing,
  now: number,
): Promise<UnsealingView> {
  const shares = await sharesOf(tx, row.id);
  const mine = await recipientsOf(tx, user.account.id);
  const state = stateOf(row, now);
  const asked = terms?.shares.some(({ recipient }) => mine.includes(recipient)) ?? false;
  const given = shares.some(({ account_id, received_at }) => account_id === user.account.id && received_at !== null);
  return {
    id: row.id,
    session,
    requester: row.requester,
    reason: row.reason,
    askedAt: row.asked_at,
    state,
    until: row.open_until ?? row.expires_at,
    threshold: terms?.threshold ?? 0,
    shares: shares.map(({ account, released_at: releasedAt, received_at: receivedAt }) => ({
      account,
      releasedAt,
      receivedAt,
    })),
    waitsForMe: state === 'waiting' && asked && !given && row.requester_id !== user.account.id,
  };
}

function stateOf({ opened_at, open_until, expires_at }: UnsealingRow, now: number): UnsealingView['state'] {
  if (opened_at === null) return expires_at > now ? 'waiting' : 'over';
  return (open_until ?? 0) > now ? 'open' : 'over';
}
