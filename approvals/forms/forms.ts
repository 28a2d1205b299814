// Tickets that somebody is still writing. The page keeps them here while they type, so that nothing is lost with a
// browser; they are their author's alone, no ticket and no evidence yet, and what they ask for is not judged yet.

import type { AppendEvidence } from '../../audit/event.ts';
import type { AuthenticatedUser } from '../../identity/login/authenticated-user.ts';
import { requireActive } from '../../identity/people/account-repository.ts';
import { witnessed } from '../../identity/permission.ts';
import { plainText } from '../../identity/plain-text.ts';
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
const LONGEST_FORM = 131_072;

export const formAbsent = defineRefusal('form.absent', 'absent', () => ({
  zh: '没有这份草稿',
  en: 'there is no such draft',
}));

export const formInvalid = defineRefusal('form.invalid', 'invalid', () => ({
  zh: '草稿格式不对，没有保存',
  en: 'this is no draft of a ticket; nothing was kept',
}));

export const formsFull = defineRefusal('form.too-many', 'conflict', () => ({
  zh: `草稿最多保存 ${MOST_FORMS} 份，请先删除不用的`,
  en: `at most ${MOST_FORMS} drafts are kept; delete one that is not needed`,
}));

export interface Forms {
  /** The last changed first. */
  list(user: AuthenticatedUser): Promise<readonly Form[]>;
  /** Throws `form.invalid`, `form.too-many`. */
  begin(user: AuthenticatedUser, body: string): Promise<Form>;
  /** Throws `form.invalid`, `form.absent`. */
  keep(user: AuthenticatedUser, id: string, body: string): Promise<Form>;
  /** Once it has been asked for, or is not wanted. Throws `form.absent`. */
  discard(user: AuthenticatedUser, id: string): Promise<void>;
}

export function createForms(uses: {
  readonly database: Database;
  readonly clock: Clock;
  readonly append: AppendEvidence;
  readonly policies: Policies;
}): Forms {
  const { database, clock, policies } = uses;
  const own = <T>(user: AuthenticatedUser, work: (tx: Tx) => Promise<T>): Promise<T> =>
    witnessed(uses, user, 'form.manage', null, async () => {
      policies.authorize(user, 'form.manage', { kind: 'account', id: user.account.id });
      return database.transaction(async (tx) => {
        await requireActive(tx, user);
        return work(tx);
      });
    });
  return {
    list: (user) => own(user, (tx) => formsOf(tx, user)),
    begin: (user, text) =>
      own(user, async (tx) => {
        const body = parseForm(text);
        if ((await formsOf(tx, user)).length >= MOST_FORMS) throw formsFull();
        const [id, now] = [newId('frm'), clock.now()];
        const times = { created_at: now, updated_at: now };
        await tx
          .insertInto('ticket_form')
          .values({ id, account_id: user.account.id, body, ...times })
          .execute();
        return { id, body, updatedAt: now };
      }),
    keep: (user, text, written) =>
      own(user, async (tx) => {
        const body = parseForm(written);
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

/** JSON of an object, in plain characters: it is shown again as it is. */
function parseForm(text: string): string {
  const body = plainText(text, { field: 'body', maxLength: LONGEST_FORM });
  if (!isObject(body)) throw formInvalid();
  return body;
}

function isObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
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
