// Two texts of a ticket (canonical JSON), compared field by field. What one of them does not have is a dash.

import Type from 'typebox';
import Value from 'typebox/value';

export interface EditionChange {
  readonly field: string;
  readonly before: string;
  readonly after: string;
}

/** Files are told apart by their content: their places in the list are no difference. */
export interface EditionFile {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

const Content = Type.Object({
  terms: Type.Object({
    attachments: Type.Optional(
      Type.Array(Type.Object({ name: Type.String(), bytes: Type.Number(), sha256: Type.String() })),
    ),
  }),
});

/** None where it has no terms. */
export function filesOf(content: string): readonly EditionFile[] {
  try {
    const value: unknown = JSON.parse(content);
    return Value.Check(Content, value) ? (value.terms.attachments ?? []) : [];
  } catch {
    return [];
  }
}

export function changesBetween(before: string, after: string): readonly EditionChange[] {
  const [old, now] = [flat(before), flat(after)];
  return [...new Set([...old.keys(), ...now.keys()])]
    .filter((field) => !field.startsWith('terms.attachments') && old.get(field) !== now.get(field))
    .map((field) => ({ field, before: old.get(field) ?? '—', after: now.get(field) ?? '—' }));
}

function flat(text: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const walk = (path: string, value: unknown): void => {
    if (typeof value === 'object' && value !== null && Object.keys(value).length > 0) {
      for (const [name, field] of Object.entries(value)) walk(path === '' ? name : `${path}.${name}`, field);
    } else found.set(path, typeof value === 'string' ? value : JSON.stringify(value));
  };
  try {
    walk('', JSON.parse(text));
  } catch {
    // What cannot be read has no fields.
  }
  return found;
}
