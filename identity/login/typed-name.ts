// What somebody typed as their name, as far as it can be one. Anything else is not kept, neither in the evidence nor
// in the throttle: people do type passwords into the name field.

import { ACCOUNT_NAME } from '../people/account.ts';

/** Stands for everything that cannot be a name; shorter than any real one. */
export const NO_NAME = '?';

export function typedName(text: string): string {
  const name = text.length > 64 ? NO_NAME : text.normalize('NFC').trim().toLowerCase();
  return ACCOUNT_NAME.test(name) ? name : NO_NAME;
}
