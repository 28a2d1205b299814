// Chinese, the first language of the page.

import { changeControl } from './zh/change-control.ts';
import { custody } from './zh/custody.ts';
import { files } from './zh/files.ts';
import { locks } from './zh/locks.ts';
import { login } from './zh/login.ts';
import { originals } from './zh/originals.ts';
import { people } from './zh/people.ts';
import { records } from './zh/records.ts';
import { sessions } from './zh/sessions.ts';
import { shell } from './zh/shell.ts';
import { supervision } from './zh/supervision.ts';
import { tickets } from './zh/tickets.ts';
import { witness } from './zh/witness.ts';

export const zh = {
  ...shell,
  ...login,
  ...locks,
  ...tickets,
  ...changeControl,
  ...sessions,
  ...people,
  ...files,
  ...records,
  ...witness,
  ...custody,
  ...supervision,
  ...originals,
} as const;
