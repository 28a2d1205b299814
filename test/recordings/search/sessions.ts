// Finished sessions in the database without all that leads to them, and recordings of them.

import { sql } from 'kysely';
import { createRecordingKeys } from '../../../recordings/storage/recording-keys.ts';
import { createSystemDisk } from '../../../recordings/write/disk.ts';
import { type OpenRecording, openRecording } from '../../../recordings/write/open-recording.ts';
import { newId, type SessionId } from '../../../store/core/ids.ts';
import type { Database } from '../../../store/database.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { FINISHED, RECORDS_KEY } from '../support.ts';

const BEFORE = [
  `insert into account (id, name, display_name, role, state, totp_step, created_at, version)
    values ('acc_1', 'li', 'li', 'operator', 'active', 0, 1, 1)`,
  `insert into target (id, name, host, port, host_key, created_at, version) values ('tgt_1', 'web1', 'h', 22, 'k', 1, 1)`,
  `insert into target_account (id, target_id, login, credential_kind, credential, created_at)
    values ('tac_1', 'tgt_1', 'root', 'password', 'x', 1)`,
  `insert into ticket (id, number, requester_id, state, purpose, plan, window_start, window_end, sources, content_hash, created_at, version)
    values ('tkt_1', 'BG-1', 'acc_1', 'draft', 'p', 'p', 1, 2, '[]', '', 1, 1)`,
];

/** What sessions refer to. Once per database. */
export async function prepare(database: Database): Promise<void> {
  await database.transaction(async (tx) => {
    for (const statement of BEFORE) await sql.raw(statement).execute(tx);
  });
}

/** Rows of sessions that ended one after another. */
export async function insertSessions(
  database: Database,
  sessions: readonly SessionId[],
  { command = null, from = 1 }: { readonly command?: string | null; readonly from?: number } = {},
): Promise<void> {
  for (let at = 0; at < sessions.length; at += 200) {
    const rows = sessions.slice(at, at + 200).map((id, nth) => {
      const ended = from + at + nth;
      return sql`(${id}, 'tkt_1', 'acc_1', 'tac_1', ${command === null ? 'shell' : 'exec'}, 'ssh', '192.0.2.1', ${command},
        ${ended}, ${ended}, 'finished', 70)`;
    });
    await database.transaction((tx) =>
      sql`insert into session (id, ticket_id, account_id, target_account_id, kind, via, source, command, started_at,
        ended_at, end_reason, recorded_bytes) values ${sql.join(rows)}`.execute(tx),
    );
  }
}

/** A recording in `root`, and its session in the database. */
export async function recordSession(
  database: Database,
  root: string,
  write: (recording: OpenRecording, clock: ManualClock) => Promise<unknown>,
  { command = null, files = false, ended = 1 }: { command?: string | null; files?: boolean; ended?: number } = {},
): Promise<SessionId> {
  const session = newId('ses');
  const clock = new ManualClock();
  const recording = await openRecording({
    directory: `${root}/${session}`,
    session,
    keys: await createRecordingKeys(RECORDS_KEY, session, null),
    clock,
    disk: createSystemDisk(),
    meta: {},
    terminal: { columns: 80, rows: 24 },
    files,
    reserveBytes: 0,
    syncEveryMs: 1000,
  });
  await write(recording, clock);
  await recording.seal(FINISHED);
  await insertSessions(database, [session], { command, from: ended });
  return session;
}
