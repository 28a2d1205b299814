// Tickets that somebody is still writing. The page keeps them here while they type, so that nothing is lost with a
// browser; they are their author's alone, no ticket and no evidence yet, and nothing is checked before it is asked for.

import type { AuthenticatedUser } from '../../identity/login/authenticated-user.ts';
import { requireActive } from '../../identity/people/account-repository.ts';
import type { Policies } from '../../policies/evaluate.ts';
import type { Clock } from '../../store/core/clock.ts';
import { type FormId, newId, parseId } from '../../store/core/ids.ts';
import { defineRefusal } from '../../store/core/refusal.ts';
import type { Database, Tx } from '../../store/database.ts';

export interface Form {
  readonly id: FormId;
  /** As the page keeps it; JSON. */
  readonly body: string;
  readonly updatedAt: number;
}

const MOST_FORMS = 20;
export const LONGEST_FORM = 131_072;

export const formAbsent = defineRefusal('form.absent', 'absent', () => ({
  zh: '没有这份草稿',
  en: 'there is no such draft',
}));

export const formsFull = defineRefusal('form.too-many', 'conflict', () => ({
  zh: `草稿最多保存 ${MOST_FORMS} 份，请先删除不用的`,
  en: `at most ${MOST_FORMS} drafts are kept; delete one that is not needed`,
}));

export interface Forms {
  /** The last changed first. */
  list(user: AuthenticatedUser): Promise<readonly Form[]>;
  /** Throws `form.too-many`. */
  begin(user: AuthenticatedUser, body: string): Promise<Form>;
  /** Throws `form.absent`. */
  keep(user: AuthenticatedUser, id: string, body: string): Promise<Form>;
  /** Once it has been asked for, or is not wanted. Throws `form.absent`. */
  discard(user: AuthenticatedUser, id: string): Promise<void>;
}

export function createForms(uses: {
  readonly database: Database;
  readonly clock: Clock;
  readonly policies: Policies;
}): Forms {
  const { database, clock, policies } = uses;
  const own = <T>(user: AuthenticatedUser, work: (tx: Tx) => Promise<T>): Promise<T> => {
    policies.authorize(user, 'form.manage', { kind: 'account', id: user.account.id });
    return database.transaction(async (tx) => {
      await requireActive(tx, user);
      return work(tx);
    });
  };
  return {
    list: (user) => own(user, (tx) => formsOf(tx, user)),
    begin: (user, body) =>
      own(user, async (tx) => {
        if ((await formsOf(tx, user)).length >= MOST_FORMS) throw formsFull();
        const [id, now] = [newId('frm'), clock.now()];
        const times = { created_at: now, updated_at: now };
        await tx
          .insertInto('ticket_form')
          .values({ id, account_id: user.account.id, body, ...times })
          .execute();
        return { id, body, updatedAt: now };
      }),
    keep: (user, text, body) =>
      own(user, async (tx) => {
        const [id, now] = [idOf(text), clock.now()];
        const { numUpdatedRows } = await tx
          .updateTable('ticket_form')
          .set({ body, updated_at: now })
          .where('id', '=', id)
          .where('account_id', '=', user.account.id)
          .executeTakeFirst();
        if (numUpdatedRows !== 1n) throw formAbsent();
        return { id, body, updatedAt: now };
      }),
    discard: (user, text) =>
      own(user, async (tx) => {
        const { numDeletedRows } = await tx
          .deleteFrom('ticket_form')
          .where('id', '=', idOf(text))
          .where('account_id', '=', user.account.id)
          .executeTakeFirst();
        if (numDeletedRows !== 1n) throw formAbsent();
      }),
  };
}

function idOf(text: string): FormId {
  const id = parseId('frm', text);
  if (id === undefined) throw formAbsent();
  return id;
}

async function formsOf(tx: Tx, { account }: AuthenticatedUser): Promise<readonly Form[]> {
  const rows = await tx
    .selectFrom('ticket_form')
    .selectAll()
    .where('account_id', '=', account.id)
    .orderBy('updated_at', 'desc')
    .orderBy('id')
    .execute();
  return rows.map(({ id, body, updated_at: updatedAt }) => ({ id, body, updatedAt }));
}
