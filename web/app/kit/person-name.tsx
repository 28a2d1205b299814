// A person as others see them: the name, and the firm they come from.

import type { Person } from '../../contract/words.ts';

export function PersonName({ person }: { readonly person: Person }) {
  return (
    <span title={person.name}>
      {person.displayName}
      {person.vendor !== null && <span className="t3"> · {person.vendor}</span>}
    </span>
  );
}
