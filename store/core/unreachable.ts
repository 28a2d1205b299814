/** Ends a `switch` over a union: a forgotten case is a compile error, a value from outside the union a fault. */
export function unreachable(value: never): never {
  throw new Error(`unexpected value ${JSON.stringify(value)}`);
}
