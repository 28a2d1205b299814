// Whoever decides is another person than those they decide about: not only another account (B17). One person has one
// account at a time, but whoever left and came back in another role has two.

import type { AuthenticatedUser } from '../../identity/login/authenticated-user.ts';
import { accountsOfSamePerson, findAccount } from '../../identity/people/account-repository.ts';
import type { TicketAction } from '../../policies/action.ts';
import { defineRefusal } from '../../store/core/refusal.ts';
import type { Tx } from '../../store/database.ts';
import type { Ticket } from './ticket.ts';

export const sameAsRequester = defineRefusal<{ name: string }>('duty.same-person', 'forbidden', ({ name }) => ({
  zh: `您与账号 ${name} 是同一人，该账号已参与这张工单，须由他人决定`,
  en: `you are the person behind the account ${name}, which has a part in this ticket; somebody else decides`,
}));

export const notIdentified = defineRefusal<{ name: string }>('duty.not-identified', 'forbidden', ({ name }) => ({
  zh: `账号 ${name} 尚未核验身份，核验后才能办理`,
  en: `nobody has seen the papers behind the account ${name}; that comes first`,
}));

/** Of the requester's side, and of everybody who decided before. */
const STEPS: ReadonlySet<TicketAction> = new Set(['ticket.file', 'ticket.approve', 'ticket.review']);
/** Of the requester's side only: who approved may accept, too. */
const ANSWERS: ReadonlySet<TicketAction> = new Set([
  'ticket.refuse',
  'ticket.accept',
  'extension.grant',
  'extension.refuse',
]);

/** Saying no takes no papers: nothing opens by it. */
const REFUSALS: ReadonlySet<TicketAction> = new Set(['ticket.refuse', 'extension.refuse']);

/**
 * Throws `duty.same-person`, and `duty.not-identified` where it cannot be told: the first three people, and accounts from
 * before identities were checked, may be anybody's.
 */
export async function requireAnotherPerson(
  tx: Tx,
  { account }: AuthenticatedUser,
  action: TicketAction,
  { requester, content, progress }: Ticket,
): Promise<void> {
  if (!STEPS.has(action) && !ANSWERS.has(action)) return;
  const passage = STEPS.has(action) && 'passage' in progress ? progress.passage : null;
  const decided = passage === null ? [] : [passage.filing, ...passage.given].flatMap((one) => one?.by ?? []);
  const among = [requester, ...content.terms.companions, ...decided];
  const [other] = await accountsOfSamePerson(tx, { id: account.id, among });
  if (other !== undefined) throw sameAsRequester({ name: other.person.name });
  if (REFUSALS.has(action)) return;
  for (const id of [account.id, ...among]) {
    const known = await findAccount(tx, id);
    if (known?.identity === null) throw notIdentified({ name: known.person.name });
  }
}
