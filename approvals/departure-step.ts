// What a departure ends here: every ticket and every request for records that is still under way; and what the leaver has used (R12).

import type { AppendEvidence } from '../audit/event.ts';
import type { DepartureStep } from '../identity/departures/departures.ts';
import type { AccountId } from '../store/core/ids.ts';
import type { Tx } from '../store/database.ts';
import { endDeputiesOf } from './deputies/service.ts';
import { withdrawRequestsOf } from './records/service.ts';
import { advance } from './ticket/machine.ts';
import { saveProgress, ticketsOf } from './ticket/repository.ts';

export function createDepartureStep(append: AppendEvidence): DepartureStep {
  return async (tx, leaving, now) => {
    const tickets = (await ticketsOf(tx, leaving.person.id)).filter(({ progress }) =>
      ['draft', 'submitted', 'filed', 'approved'].includes(progress.state),
    );
    for (const ticket of tickets) {
      const progress = advance(ticket, { type: 'withdraw', reason: '离岗 departure' }, now);
      await saveProgress(tx, ticket, progress, now);
      await append(tx, { type: 'ticket.withdrawn', actor: { kind: 'system' }, details: { ticket: ticket.id } });
    }
    await endDeputiesOf(tx, leaving.person.id, append, now);
    await withdrawRequestsOf(tx, leaving.person.id, append, now);
    return {
      tickets: tickets.map(({ id, number }) => ({ id, number })),
      usedTargetAccounts: await usedTargetAccounts(tx, leaving.person.id),
    };
  };
}

async function usedTargetAccounts(tx: Tx, account: AccountId) {
  const rows = await tx
    .selectFrom('session')
    .innerJoin('target_account', 'target_account.id', 'session.target_account_id')
    .innerJoin('target', 'target.id', 'target_account.target_id')
    .select((is) => ['target.name', 'target_account.login', is.fn.max('session.started_at').as('last')])
    .where('session.account_id', '=', account)
    .groupBy(['target.name', 'target_account.login'])
    .orderBy('target.name')
    .orderBy('target_account.login')
    .execute();
  return rows.map(({ name, login, last }) => ({ target: name, login, lastUsedAt: Number(last) }));
}
