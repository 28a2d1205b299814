// Fictitious people and targets for the fake API.

import type { Account, Target } from '../../../web/contract/people.ts';
import type { Person, Role } from '../../../web/contract/words.ts';

export const NOW = Date.now();
export const HOUR = 3_600_000;

export const peopleByRole: Record<Role, Person> = {
  operator: person('p-op', 'operator', '演示·林例', 'operator', '演示·示例软件公司'),
  head: person('p-head', 'head', '演示·陈主任', 'head', null),
  auditor: person('p-aud', 'auditor', '演示·吴审', 'auditor', null),
  admin: person('p-adm', 'admin', '演示·郑管', 'admin', null),
  section: person('p-sec', 'section', '演示·周样', 'section', null),
};

function person(id: string, name: string, displayName: string, role: Role, vendor: string | null): Person {
  return { id, name, displayName, role, vendor };
}

export function demoAccounts(): Account[] {
  const active = (each: Person, liveSessions = 0): Account => ({
    person: each,
    state: 'active',
    createdAt: NOW - 900 * HOUR,
    departedAt: null,
    identity: { document: 'resident-id', seenBy: peopleByRole.admin, seenAt: NOW - 900 * HOUR },
    invitationExpiresAt: null,
    liveSessions,
  });
  const invitedPerson = person('p-new', 'yanshi-he', '演示·何新', 'operator', '演示·另一家公司');
  const gone = person('p-gone', 'yanshi-xu', '演示·许离', 'operator', '演示·示例软件公司');
  return [
    active(peopleByRole.operator, 1),
    active(peopleByRole.head),
    active(peopleByRole.auditor),
    active(peopleByRole.admin),
    active(peopleByRole.section),
    { ...active(invitedPerson), state: 'invited', invitationExpiresAt: NOW + 20 * HOUR },
    { ...active(gone), state: 'departed', departedAt: NOW - 100 * HOUR },
  ];
}

export function demoTargets(): Target[] {
  const hostKey = {
    port: 22,
    hostKeyFingerprint: 'SHA256:Zr3mGxWc0g9yq1uT4pVn7fJ2kLs8dHb5eXo6aQiCwYM',
    hostKeyAlgorithm: 'ssh-ed25519',
    createdAt: NOW,
  };
  return [
    {
      ...hostKey,
      id: 'g1',
      name: '演示·开标应用 2 号',
      host: '192.0.2.12',
      accounts: [
        { id: 'a1', login: 'ops', credentialKind: 'certificate', createdAt: NOW },
        { id: 'a2', login: 'root', credentialKind: 'password', createdAt: NOW },
      ],
    },
    { ...hostKey, id: 'g2', name: '演示·开标数据库主库', host: 'db1.kaibiao.example', accounts: [] },
  ];
}
