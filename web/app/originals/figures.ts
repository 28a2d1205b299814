// A difference report in a few numbers.

import type { ChangeReport } from '../../contract/originals.ts';

export interface ReportFigures {
  readonly added: number;
  /** Content or permissions. */
  readonly changed: number;
  readonly removed: number;
  /** Of all of these, those that the ticket does not declare. */
  readonly undeclared: number;
  /** What could not be compared. */
  readonly unknown: number;
}

export function figuresOf({ places }: ChangeReport): ReportFigures {
  const all = places.flatMap(({ changes }) => changes);
  const count = (...hows: string[]) => all.filter(({ how }) => hows.includes(how)).length;
  return {
    added: count('added'),
    changed: count('changed', 'mode'),
    removed: count('removed'),
    undeclared: all.filter(({ declared }) => !declared).length,
    unknown: count('unread', 'no-original'),
  };
}
