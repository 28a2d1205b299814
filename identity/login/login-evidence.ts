// What a login leaves in the evidence log. A failed one names only what could be a name.

import type { Actor, AppendEvidence } from '../../audit/event.ts';
import type { Tx } from '../../store/database.ts';
import type { Identification } from './authenticated-user.ts';
import { type Attempt, type Charge, clear, recordLocks } from './throttle.ts';

export async function recordSuccess(
  tx: Tx,
  append: AppendEvidence,
  charged: Charge,
  { account, via, source, factors, at }: Identification,
): Promise<void> {
  await clear(tx, charged, at);
  await append(tx, {
    type: 'login.succeeded',
    actor: { kind: 'account', id: account.id, name: account.name },
    source,
    details: { account: account.id, via, factors },
  });
}

/** Signed in on a code accepted earlier, at `codeAt`. Nothing was proved anew: what was wrong before stays counted. */
export function recordRecent(
  tx: Tx,
  append: AppendEvidence,
  { account, via, source, factors }: Identification,
  codeAt: number,
): Promise<void> {
  return append(tx, {
    type: 'login.succeeded',
    actor: { kind: 'account', id: account.id, name: account.name },
    source,
    details: { account: account.id, via, factors, codeAt },
  });
}

/** `factor`: which door was tried, the same whether the name, the password or the code was wrong. */
export async function recordFailure(
  tx: Tx,
  append: AppendEvidence,
  charged: Charge,
  attempt: Attempt,
  failed: { readonly via: 'web' | 'ssh'; readonly factor: string },
): Promise<void> {
  const actor: Actor = { kind: 'nobody', name: attempt.name };
  const { source } = attempt;
  await append(tx, { type: 'login.failed', actor, source, details: { ...failed, code: 'login.refused' } });
  await recordLocks(tx, append, charged, actor, source);
}

/** Somebody showed one factor, was asked for the other and went: perhaps its owner, perhaps whoever found it. */
export function recordAbandoned(tx: Tx, append: AppendEvidence, { name, source }: Attempt): Promise<void> {
  const details = { via: 'ssh', factor: 'totp', code: 'login.second-factor-missing' } as const;
  return append(tx, { type: 'login.failed', actor: { kind: 'nobody', name }, source, details });
}
