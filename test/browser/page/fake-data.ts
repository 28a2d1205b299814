// What the fake API begins with. Everybody and everything in it is fictitious.

import type { PublicKey } from '../../../web/contract/login.ts';
import type { Account, Target, TrustedKey } from '../../../web/contract/people.ts';
import type { EvidenceHead, Session } from '../../../web/contract/sessions.ts';
import type { RequestableTarget, Ticket } from '../../../web/contract/tickets.ts';
import { demoAccounts, demoTargets, HOUR, NOW, peopleByRole } from './fake-people.ts';
import { demoTickets, ticket } from './fake-tickets.ts';

export interface Data {
  tickets: Ticket[];
  readonly draft: Ticket;
  readonly requestable: RequestableTarget[];
  readonly sessions: Session[];
  readonly accounts: Account[];
  readonly targets: Target[];
  readonly trustedKeys: TrustedKey[];
  readonly keys: PublicKey[];
  readonly evidence: EvidenceHead;
}

export function demoData(): Data {
  const tickets = demoTickets();
  return {
    tickets,
    draft: ticket({ id: 't-draft', state: 'draft', purpose: '草稿', submittedAt: null }),
    requestable: [
      {
        id: 'g1',
        name: '演示·开标应用 2 号',
        accounts: [
          { id: 'a1', login: 'ops' },
          { id: 'a2', login: 'root' },
        ],
      },
      { id: 'g2', name: '演示·开标数据库主库', accounts: [{ id: 'a3', login: 'dba' }] },
    ],
    sessions: demoSessions(),
    accounts: demoAccounts(),
    targets: demoTargets(),
    trustedKeys: [trustedKey('signing', 'AAAAC3NzaC1lZDI1NTE5AAAAIKx7pVn2')],
    keys: [
      {
        id: 'k1',
        algorithm: 'ssh-ed25519',
        fingerprint: 'SHA256:uX1nq0bV7m2Jr9cQe5sWk8ZtY3hLp6oD4gFaBiCxKdM',
        comment: 'linli@laptop',
        createdAt: NOW - 40 * 24 * HOUR,
      },
    ],
    evidence: {
      size: 18_342,
      checkpoint:
        'sluice.example/log\n18342\nq7mX0b2Vt1nJr9cQe5sWk8ZtY3hLp6oD4gFaBiCxKdM=\n\n— sluice.example/log a9c1f2Zr3mGxWc0g9yq1uT4pVn7fJ2kLs8dHb5eXo6aQ==',
      verifierKey: 'sluice.example/log+a9c1f2b3+AZr3mGxWc0g9yq1uT4pVn7fJ2kLs8dHb5eXo6aQiCwYM',
    },
  };
}

export function trustedKey(state: TrustedKey['state'], blob: string): TrustedKey {
  return { line: `ssh-ed25519 ${blob} sluice-user-ca-2026-11-22`, fingerprint: `SHA256:${blob}`, state, madeAt: NOW };
}

function demoSessions(): Session[] {
  const base: Session = {
    id: 's-live',
    ticket: { id: 't-open', number: 'BG-20261122-02', purpose: '升级评标系统补丁' },
    account: peopleByRole.operator,
    target: '演示·开标应用 2 号',
    login: 'ops',
    kind: 'shell',
    via: 'web',
    source: '203.0.113.7',
    command: null,
    destination: null,
    startedAt: NOW - 12 * 60_000,
    endedAt: null,
    endReason: null,
    exitStatus: null,
    exitSignal: null,
    recordedBytes: null,
  };
  return [
    base,
    {
      ...base,
      id: 's-wait',
      target: '演示·开标数据库主库',
      login: 'dba',
      via: 'ssh',
      startedAt: NOW - 95_000,
    },
    {
      ...base,
      id: 's-held',
      kind: 'sftp',
      via: 'ssh',
      startedAt: NOW - 6 * 60_000,
    },
    {
      ...base,
      id: 's-done',
      via: 'ssh',
      startedAt: NOW - 40 * 60_000,
      endedAt: NOW - 38 * 60_000,
      endReason: 'finished',
      exitStatus: 0,
      recordedBytes: 48_213,
    },
    {
      ...base,
      id: 's-exec',
      kind: 'exec',
      via: 'ssh',
      command: 'df -h /data && systemctl status kaibiao',
      startedAt: NOW - 50 * HOUR,
      endedAt: NOW - 50 * HOUR + 3000,
      endReason: 'finished',
      exitStatus: 3,
      recordedBytes: 912,
    },
    {
      ...base,
      id: 's-sftp',
      kind: 'sftp',
      via: 'ssh',
      startedAt: NOW - 52 * HOUR,
      endedAt: NOW - 52 * HOUR + 240_000,
      endReason: 'finished',
      exitStatus: 0,
      recordedBytes: 0,
    },
    {
      ...base,
      id: 's-forward',
      kind: 'forward',
      via: 'ssh',
      destination: '[2001:db8::1]:5432',
      startedAt: NOW - 51 * HOUR,
      endedAt: NOW - 51 * HOUR + 9000,
      endReason: 'finished',
      recordedBytes: 4096,
    },
    {
      ...base,
      id: 's-crashed',
      target: '演示·开标数据库主库',
      login: 'dba',
      startedAt: NOW - 50 * HOUR,
      endedAt: NOW - 50 * HOUR + 600_000,
      endReason: 'gateway-lost',
      recordedBytes: null,
    },
    {
      ...base,
      id: 's-broken',
      target: '演示·开标数据库主库',
      login: 'dba',
      startedAt: NOW - 49 * HOUR,
      endedAt: NOW - 48 * HOUR,
      endReason: 'cut-by-head',
      recordedBytes: 2_310_442,
    },
  ];
}
