// What this browser has seen of the evidence log, and whether it was ever contradicted. Both stay until a person clears
// the browser's data of this site.

import Type, { type Static, type TSchema } from 'typebox';
import Value from 'typebox/value';

const Kept = Type.Object({
  verifierKey: Type.String(),
  /** The whole note of the last checkpoint. */
  note: Type.String(),
  /** When it was seen, milliseconds since 1970. */
  seenAt: Type.Integer(),
});
export type Kept = Static<typeof Kept>;

const Alarm = Type.Object({
  kind: Type.Union([
    Type.Literal('rolledBack'),
    Type.Literal('rewritten'),
    Type.Literal('otherKey'),
    Type.Literal('notSigned'),
  ]),
  kept: Kept,
  /** What the server showed instead. */
  shown: Kept,
});
export type Alarm = Static<typeof Alarm>;

const KEPT = 'sluice.checkpoint';
const ALARM = 'sluice.alarm';

export const readKept = (): Kept | undefined => read(KEPT, Kept);
export const readAlarm = (): Alarm | undefined => read(ALARM, Alarm);
export const writeKept = (kept: Kept): void => write(KEPT, kept);
/** The first one stays: what came later was shown by the same server. */
export const writeAlarm = (alarm: Alarm): void => {
  if (readAlarm() === undefined) write(ALARM, alarm);
};

function read<S extends TSchema>(key: string, schema: S): Static<S> | undefined {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(key) ?? 'null');
    return Value.Check(schema, value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function write(key: string, value: object): void {
  try {
    localStorage.setItem(key, JSON.stringify(value));
  } catch {
    // storage switched off: this browser is no witness
  }
}
