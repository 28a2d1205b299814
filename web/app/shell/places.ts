// Where each role may go. The server decides what is answered; this only leaves out what would be refused.

import type { Role } from '../../contract/words.ts';
import type { IconName } from '../kit/icon.tsx';

export type PlaceName =
  | 'home'
  | 'tickets'
  | 'sessions'
  | 'supervision'
  | 'search'
  | 'requests'
  | 'custody'
  | 'arrangements'
  | 'locks'
  | 'people'
  | 'targets'
  | 'keys';

interface Place {
  readonly name: PlaceName;
  readonly to:
    | '/'
    | '/tickets'
    | '/sessions'
    | '/supervision'
    | '/search'
    | '/requests'
    | '/custody'
    | '/arrangements'
    | '/locks'
    | '/people'
    | '/targets'
    | '/keys';
  readonly icon: IconName;
  readonly roles: readonly Role[];
}

const EVERYONE: readonly Role[] = ['operator', 'section', 'head', 'auditor', 'admin'];

export const PLACES: readonly Place[] = [
  { name: 'home', to: '/', icon: 'home', roles: EVERYONE },
  { name: 'tickets', to: '/tickets', icon: 'file-text', roles: ['operator', 'section', 'head', 'auditor'] },
  { name: 'sessions', to: '/sessions', icon: 'terminal-2', roles: ['operator', 'section', 'head', 'auditor'] },
  { name: 'supervision', to: '/supervision', icon: 'eye', roles: ['section', 'head', 'auditor'] },
  { name: 'search', to: '/search', icon: 'search', roles: ['auditor'] },
  { name: 'requests', to: '/requests', icon: 'download', roles: ['auditor', 'head'] },
  { name: 'custody', to: '/custody', icon: 'shield-check', roles: ['auditor', 'head', 'section'] },
  { name: 'arrangements', to: '/arrangements', icon: 'calendar', roles: ['head', 'section', 'auditor', 'admin'] },
  { name: 'locks', to: '/locks', icon: 'ban', roles: ['head', 'section', 'admin', 'auditor'] },
  { name: 'people', to: '/people', icon: 'users', roles: ['admin', 'head', 'auditor'] },
  { name: 'targets', to: '/targets', icon: 'server-2', roles: ['admin'] },
  { name: 'keys', to: '/keys', icon: 'key', roles: ['operator'] },
];

export function placesOf(role: Role): readonly Place[] {
  return PLACES.filter((place) => place.roles.includes(role));
}
