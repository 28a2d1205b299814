// Every reason for which live sessions are cut, as rows of a matrix: the act, and what the record calls it.

import type { AuthenticatedUser } from '../../identity/login/authenticated-user.ts';
import type { EndReason } from '../../store/core/end-reason.ts';
import { DONE, type TestInstallation } from './installation.ts';

export interface Cutting {
  readonly site: TestInstallation;
  readonly who: string;
  readonly ticket: string;
}

export interface Cause {
  readonly name: string;
  readonly reason: EndReason;
  /** Somebody else's act is done by them: they sign in before. */
  readonly by: string;
  readonly act: (cutting: Cutting, by: AuthenticatedUser) => Promise<unknown>;
  readonly undo?: (site: TestInstallation) => Promise<unknown>;
}

const database = ({ running }: TestInstallation) => running.database;

/** Something that no service does yet, and that the gate reads again all the same. */
const behind = (
  name: string,
  table: 'target' | 'target_account',
  wrong: object,
  right: (site: TestInstallation) => object,
): Cause => ({
  name,
  reason: 'access-changed',
  by: 'admin',
  async act({ site }) {
    await database(site).transaction((tx) => tx.updateTable(table).set(wrong).execute());
    await site.running.supervisor.look();
  },
  undo: (site) => database(site).transaction((tx) => tx.updateTable(table).set(right(site)).execute()),
});

export const CAUSES: readonly Cause[] = [
  {
    name: 'a departure',
    reason: 'account-departed',
    by: 'admin',
    async act({ site, who }, admin) {
      const { people, departures } = site.running.services;
      const leaver = (await people.list(admin)).find(({ person }) => person.name === who)?.person.id ?? '';
      return departures.depart(admin, await site.fresh(admin, 'account.depart'), leaver, '合同终止');
    },
  },
  {
    name: 'a ticket that the head revokes',
    reason: 'ticket-revoked',
    by: 'head',
    act: async ({ site, ticket }, head) =>
      site.running.services.tickets.revoke(head, await site.fresh(head, 'ticket.revoke'), ticket, '立即停止'),
  },
  {
    name: 'a ticket that its requester withdraws',
    reason: 'ticket-withdrawn',
    by: 'requester',
    act: ({ site, ticket }, requester) => site.running.services.tickets.withdraw(requester, ticket),
  },
  {
    name: 'a ticket that its requester closes',
    reason: 'closed-by-requester',
    by: 'requester',
    act: ({ site, ticket }, requester) => site.running.services.tickets.report(requester, ticket, DONE),
  },
  {
    name: 'sessions that the head ends',
    reason: 'cut-by-head',
    by: 'head',
    async act({ site, ticket }, head) {
      const { sessionLog, endSession } = site.running.services;
      const live = await sessionLog.list(head, { ticket, live: true });
      return Promise.all(live.map(({ id }) => endSession(head, id, '到此为止')));
    },
  },
  {
    name: 'sessions that their own person ends',
    reason: 'closed-by-requester',
    by: 'requester',
    async act({ site, ticket }, requester) {
      const { sessionLog, endSession } = site.running.services;
      const live = await sessionLog.list(requester, { ticket, live: true });
      return Promise.all(live.map(({ id }) => endSession(requester, id, '做完了')));
    },
  },
  {
    name: 'a window that ends',
    reason: 'window-ended',
    by: 'head',
    async act({ site }) {
      site.clock.push(3_600_001);
      await site.running.supervisor.look();
    },
  },
  {
    name: 'an account that is no longer active',
    reason: 'account-departed',
    by: 'admin',
    async act({ site, who }) {
      const gone = { state: 'departed', password_hash: null, totp_secret: null, departed_at: 1 } as const;
      await database(site).transaction((tx) => tx.updateTable('account').set(gone).where('name', '=', who).execute());
      await site.running.supervisor.look();
    },
  },
  behind('a target that is retired', 'target', { retired_at: 1 }, () => ({ retired_at: null })),
  behind('a target account that is retired', 'target_account', { retired_at: 1 }, () => ({ retired_at: null })),
  behind('a target that is moved', 'target', { host: '127.0.0.9' }, ({ sshd }) => ({ host: sshd.host })),
  behind('a target whose host key changes', 'target', { host_key: 'ssh-ed25519 AAAA' }, ({ sshd }) => ({
    host_key: sshd.hostKey,
  })),
];
