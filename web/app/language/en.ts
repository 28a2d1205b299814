// English, complete: the compiler compares its keys with the Chinese ones.

import { changeControl } from './en/change-control.ts';
import { custody } from './en/custody.ts';
import { files } from './en/files.ts';
import { locks } from './en/locks.ts';
import { login } from './en/login.ts';
import { originals } from './en/originals.ts';
import { people } from './en/people.ts';
import { records } from './en/records.ts';
import { sessions } from './en/sessions.ts';
import { shell } from './en/shell.ts';
import { supervision } from './en/supervision.ts';
import { tickets } from './en/tickets.ts';
import { witness } from './en/witness.ts';

export const en = {
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
};
