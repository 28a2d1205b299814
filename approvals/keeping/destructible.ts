// Whether a recording may be destroyed now: ended, past its retention, on no hold, still there, and as it was written
// down. Asked when destruction is asked for and again in the transaction of the act; the database asks once more.

import type { LastMeasure } from '../../recordings/destroy/last-measure.ts';
import type { Json } from '../../store/core/canonical-json.ts';
import type { SessionId } from '../../store/core/ids.ts';
import { defineRefusal } from '../../store/core/refusal.ts';
import { DAY_MS, dueAt } from '../../store/core/retention.ts';
import type { Tx } from '../../store/database.ts';
import type { SessionView } from '../access/session-repository.ts';
import { isDestroyed } from './destruction-repository.ts';
import { alreadyDestroyed } from './hold.ts';
import { heldAmong } from './hold-repository.ts';

export const notDue = defineRefusal<{ session: SessionId; days: number }>(
  'destroy.not-due',
  'conflict',
  ({ session, days }) => ({
    zh: `会话 ${session} 的录像未满保存期限（${days} 天），不能销毁`,
    en: `the recording of ${session} has to be kept for ${days} days and is not that old`,
  }),
);

export const onHold = defineRefusal<{ session: SessionId }>('destroy.on-hold', 'conflict', ({ session }) => ({
  zh: `会话 ${session} 的录像正在保全，不能销毁`,
  en: `the recording of ${session} is on hold and is not destroyed`,
}));

export const notAsWritten = defineRefusal<{ session: SessionId }>('destroy.altered', 'conflict', ({ session }) => ({
  zh: `会话 ${session} 的录像缺失，或与会话结束时所记的不同，应先查明原因，不能销毁`,
  en: `the recording of ${session} is missing or not as it was written down; find out why before anything is destroyed`,
}));

/** Throws the refusal. */
export async function requireDue(tx: Tx, session: SessionView, retentionDays: number, now: number): Promise<void> {
  const { id, endedAt } = session;
  if (await isDestroyed(tx, id)) throw alreadyDestroyed();
  if (endedAt === null || now < dueAt(endedAt, retentionDays)) {
    throw notDue({ session: id, days: dueAt(0, retentionDays) / DAY_MS });
  }
  if ((await heldAmong(tx, [id])).size > 0) throw onHold({ session: id });
}

/**
 * Throws the refusal where what lies there is not what was `noted` at the session's end: destroying it would take away
 * the proof of that. Null: it could not be sealed, and then what lies there is all there is.
 */
export function requireAsWritten(session: SessionId, found: LastMeasure | undefined, noted: Json | null): LastMeasure {
  if (found === undefined) throw notAsWritten({ session });
  if (noted === null) return found;
  for (const track of ['screen', 'keys', 'files'] as const) {
    const [was, is] = [field(noted, track) ?? null, found[track] ?? null];
    const same =
      was === null || is === null
        ? was === is
        : field(was, 'head') === is.head && field(was, 'frames') === is.frames && field(was, 'bytes') === is.bytes;
    // Of what was sealed nothing lies behind the end; what was found after a crash says what does.
    const tail = was !== null && field(field(was, 'tail') ?? null, 'sha256');
    if (!same || (is !== null && (is.tail?.sha256 ?? undefined) !== (tail === false ? undefined : tail))) {
      throw notAsWritten({ session });
    }
  }
  return found;
}

function field(value: Json, name: string): Json | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return (value as { readonly [name: string]: Json })[name];
}
