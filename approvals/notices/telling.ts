// Writes a notice beside an event that is worth one, in the event's own transaction: a notice is never about something
// that did not happen, and never lost because a mail server was down.

import type { AppendEvidence, EvidenceEvent } from '../../audit/event.ts';
import type { Clock } from '../../store/core/clock.ts';
import { type AccountId, newId, parseId, type TicketId } from '../../store/core/ids.ts';
import type { Tx } from '../../store/database.ts';
import type { Medium } from './notice.ts';
import { activeWithRole, findPreference, insertNotice } from './notice-repository.ts';
import { OCCASIONS, type Occasion } from './occasion.ts';

/** The same append, which also tells people. `media`: those that are set up; with none nothing is told. */
export function appendAndTell(
  append: AppendEvidence,
  { clock, media }: { readonly clock: Clock; readonly media: ReadonlySet<Medium> },
): AppendEvidence {
  if (media.size === 0) return append;
  return async (tx, event) => {
    await append(tx, event);
    const occasion = OCCASIONS[event.type];
    if (occasion !== undefined) await tell(tx, event, occasion, media, clock.now());
  };
}

async function tell(
  tx: Tx,
  event: EvidenceEvent,
  occasion: Occasion,
  media: ReadonlySet<Medium>,
  now: number,
): Promise<void> {
  const details: Readonly<Record<string, unknown>> = { ...event.details };
  const ticket = typeof details.ticket === 'string' ? (parseId('tkt', details.ticket) ?? null) : null;
  const row = { kind: event.type, at: Math.round(now), ticket };
  const groups = [...media].filter((medium) => medium !== 'email');
  if (occasion.group && groups.length > 0)
    await insertNotice(tx, { id: newId('ntc'), ...row, recipient: null }, groups);
  if (!media.has('email')) return;
  const account = typeof details.account === 'string' ? parseId('acc', details.account) : undefined;
  for (const recipient of await recipients(tx, occasion, { ticket, account })) {
    // Whoever did it knows.
    if (event.actor.kind === 'account' && event.actor.id === recipient && !occasion.to.includes('owner')) continue;
    const { email, off } = await findPreference(tx, recipient);
    if (email === null || off.includes(event.type)) continue;
    await insertNotice(tx, { id: newId('ntc'), ...row, recipient }, ['email']);
  }
}

async function recipients(
  tx: Tx,
  { to }: Occasion,
  { ticket, account }: { readonly ticket: TicketId | null; readonly account: AccountId | undefined },
): Promise<ReadonlySet<AccountId>> {
  const found = new Set<AccountId>();
  const roles = to.filter((audience) => audience !== 'requester' && audience !== 'owner');
  for (const id of await activeWithRole(tx, roles)) found.add(id);
  if (to.includes('owner') && account !== undefined) found.add(account);
  if (to.includes('requester') && ticket !== null) {
    const row = await tx.selectFrom('ticket').select('requester_id').where('id', '=', ticket).executeTakeFirst();
    if (row !== undefined) found.add(row.requester_id);
  }
  return found;
}
