// Notices in the database: written in the transaction of what they tell, carried after its commit.

import type { AccountId, NoticeId, TicketId } from '../../store/core/ids.ts';
import type { Tx } from '../../store/database.ts';
import type { Role } from '../../store/schema/states.ts';
import type { Medium } from './notice.ts';

export interface NoticeRow {
  readonly id: NoticeId;
  readonly kind: string;
  readonly at: number;
  readonly recipient: AccountId | null;
  readonly ticket: TicketId | null;
}

export async function insertNotice(tx: Tx, { recipient, ticket, ...notice }: NoticeRow, media: readonly Medium[]) {
  await tx
    .insertInto('notice')
    .values({ ...notice, recipient_id: recipient, ticket_id: ticket })
    .execute();
  await tx
    .insertInto('notice_delivery')
    .values(
      media.map((medium) => ({
        notice_id: notice.id,
        medium,
        tries: 0,
        next_at: notice.at,
        sent_at: null,
        problem: null,
      })),
    )
    .execute();
}

/** People who are active and have that role. */
export async function activeWithRole(tx: Tx, roles: readonly Role[]): Promise<AccountId[]> {
  if (roles.length === 0) return [];
  const rows = await tx
    .selectFrom('account')
    .select('id')
    .where('state', '=', 'active')
    .where('role', 'in', roles)
    .execute();
  return rows.map(({ id }) => id);
}

export interface Preference {
  readonly email: string | null;
  readonly language: 'zh' | 'en';
  /** Kinds that are not wanted. */
  readonly off: readonly string[];
}

export const NO_PREFERENCE: Preference = { email: null, language: 'zh', off: [] };

export async function findPreference(tx: Tx, account: AccountId): Promise<Preference> {
  const row = await tx.selectFrom('notice_preference').selectAll().where('account_id', '=', account).executeTakeFirst();
  if (row === undefined) return NO_PREFERENCE;
  const { email, language, off } = row;
  return { email, language, off: (JSON.parse(off) as unknown[]).map(String) };
}

export async function savePreference(tx: Tx, account: AccountId, { email, language, off }: Preference): Promise<void> {
  const columns = { email, language, off: JSON.stringify(off) };
  await tx
    .insertInto('notice_preference')
    .values({ account_id: account, ...columns })
    .onConflict((conflict) => conflict.column('account_id').doUpdateSet(columns))
    .execute();
}

export interface WaitingDelivery {
  readonly notice: NoticeRow;
  readonly medium: Medium;
  readonly tries: number;
  /** Null where the notice is for nobody in particular. */
  readonly person: { readonly active: boolean; readonly email: string | null; readonly language: 'zh' | 'en' } | null;
  readonly ticket: {
    readonly number: string;
    readonly purpose: string;
    readonly requester: string;
    readonly vendor: string | null;
    readonly windowStart: number;
    readonly windowEnd: number;
  } | null;
}

/** Those whose time has come, oldest first. */
export async function waitingDeliveries(tx: Tx, now: number, most: number): Promise<WaitingDelivery[]> {
  const rows = await tx
    .selectFrom('notice_delivery')
    .innerJoin('notice', 'notice.id', 'notice_delivery.notice_id')
    .leftJoin('account', 'account.id', 'notice.recipient_id')
    .leftJoin('notice_preference', 'notice_preference.account_id', 'notice.recipient_id')
    .leftJoin('ticket', 'ticket.id', 'notice.ticket_id')
    .leftJoin('account as requester', 'requester.id', 'ticket.requester_id')
    .where('notice_delivery.next_at', '<=', now)
    .orderBy('notice.at')
    .orderBy('notice.id')
    .limit(most)
    .select([
      'notice.id',
      'notice.kind',
      'notice.at',
      'notice.recipient_id as recipient',
      'notice.ticket_id as ticketId',
    ])
    .select(['notice_delivery.medium', 'notice_delivery.tries'])
    .select(['account.state', 'notice_preference.email', 'notice_preference.language'])
    .select(['ticket.number', 'ticket.purpose', 'ticket.window_start', 'ticket.window_end'])
    .select(['requester.display_name', 'requester.vendor'])
    .execute();
  return rows.map((row) => ({
    notice: { id: row.id, kind: row.kind, at: row.at, recipient: row.recipient, ticket: row.ticketId },
    medium: row.medium,
    tries: row.tries,
    person:
      row.recipient === null
        ? null
        : { active: row.state === 'active', email: row.email, language: row.language ?? 'zh' },
    ticket:
      row.number === null
        ? null
        : {
            number: row.number,
            purpose: row.purpose ?? '',
            requester: row.display_name ?? '',
            vendor: row.vendor,
            windowStart: row.window_start ?? 0,
            windowEnd: row.window_end ?? 0,
          },
  }));
}

export async function settleDelivery(
  tx: Tx,
  { id, medium }: { readonly id: NoticeId; readonly medium: Medium },
  change: {
    readonly tries: number;
    readonly next_at: number | null;
    readonly sent_at: number | null;
    readonly problem: string | null;
  },
): Promise<void> {
  await tx
    .updateTable('notice_delivery')
    .set(change)
    .where('notice_id', '=', id)
    .where('medium', '=', medium)
    .execute();
}
