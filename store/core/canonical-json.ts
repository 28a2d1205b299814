// One text per value, so that hashes and signatures over it are stable: RFC 8785 (JCS) restricted to what we log,
// that is no floating-point numbers. Keys are sorted by UTF-16 code unit, as the RFC says and JavaScript compares.

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Throws on numbers that are not safe integers, and on lone surrogates, which have no UTF-8 form. */
export function canonicalJson(value: Json): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value)) throw new RangeError(`expected a safe integer, got ${value}`);
    return String(value);
  }
  if (typeof value === 'string') {
    if (!value.isWellFormed()) throw new RangeError('expected well-formed text, got a lone surrogate');
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const fields = Object.entries(value as { readonly [key: string]: Json }).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${fields.map(([key, field]) => `${JSON.stringify(key)}:${canonicalJson(field)}`).join(',')}}`;
}

/** The same value with every string well-formed and every number sayable: what `canonicalJson` never throws on. */
export function wellFormed(value: Json): Json {
  if (typeof value === 'string') return value.toWellFormed();
  if (typeof value === 'number') return Number.isSafeInteger(value) ? value : String(value);
  if (value === null || typeof value === 'boolean') return value;
  if (Array.isArray(value)) return value.map(wellFormed);
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name.toWellFormed(), wellFormed(field)]));
}
