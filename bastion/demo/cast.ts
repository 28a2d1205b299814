// The five people of the demonstration, one per role. They do not exist, and every name says so.

import type { IdentityBody } from '../../identity/people/identity-check.ts';
import type { Role } from '../../store/schema/states.ts';

export interface Character {
  readonly name: string;
  readonly displayName: string;
  readonly role: Role;
  readonly vendor: string | null;
  readonly identity: IdentityBody;
}

/** No paper has such a number. */
const paper = (name: string): IdentityBody => ({ document: 'other', number: `演示-${name}` });

export const ADMIN = { name: 'admin', displayName: '演示·何管', role: 'admin', vendor: null } as const;
export const OPERATOR: Character = {
  name: 'engineer',
  displayName: '演示·林例',
  role: 'operator',
  vendor: '示例软件公司（演示）',
  identity: paper('engineer'),
};
export const HEAD: Character = {
  name: 'head',
  displayName: '演示·陈范',
  role: 'head',
  vendor: null,
  identity: paper('head'),
};
export const SECTION: Character = {
  name: 'section',
  displayName: '演示·周样',
  role: 'section',
  vendor: null,
  identity: paper('section'),
};
export const AUDITOR: Character = {
  name: 'auditor',
  displayName: '演示·吴审',
  role: 'auditor',
  vendor: null,
  identity: paper('auditor'),
};

export const INVITED: readonly Character[] = [OPERATOR, HEAD, SECTION, AUDITOR];

/** The same for all five, printed at every start: this is a demonstration. */
export const PASSWORD = 'open-the-gate-26';

export const TARGET_NAME = 'kaibiao-app-demo';
export const TARGET_LOGIN = 'maint';
