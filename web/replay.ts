// Replaying a recording in pages. The first page takes a permit, which is an evidence event; the pages after it go on
// reading where an earlier one stopped, for the same person only. Each tab has a reading of its own; two that stand at
// the same place are the same, so a page need not say which one it means.

import type { PermitReplay, ReplayPermit } from '../approvals/access/replay-permit.ts';
import type { AuthenticatedUser } from '../identity/login/authenticated-user.ts';
import type { TrackHeader } from '../recordings/format/header.ts';
import { readHeader } from '../recordings/read/read-header.ts';
import { readRecording } from '../recordings/read/read-recording.ts';
import type { RecordedEvent, TrackEnding } from '../recordings/read/read-track.ts';
import { recordingDirectory, trackPath } from '../recordings/storage/recording-directory.ts';
import { opensWithRecordsKey, unwrapTrackKey } from '../recordings/storage/recording-keys.ts';
import type { Cancel, Clock } from '../store/core/clock.ts';
import type { SessionId } from '../store/core/ids.ts';
import { defineRefusal } from '../store/core/refusal.ts';
import type { Secret } from '../store/core/secret.ts';
import type { ReplayEvent, ReplayPage } from './contract/sessions.ts';
import { checkRecording } from './recording-integrity.ts';

export interface Replay {
  /** `from`: 0 or the `next` of the page before. */
  page(user: AuthenticatedUser, session: string, from: number): Promise<ReplayPage>;
  /** Of a recording that is destroyed: readings hold its files open and its keys. */
  forget(session: SessionId): void;
}

const notNext = defineRefusal('replay.expired', 'conflict', () => ({
  zh: '这次回放已中断，请从头重新打开',
  en: 'this replay was interrupted; open it again from the start',
}));

const PAGE_EVENTS = 4000;
const PAGE_BYTES = 1024 * 1024;
/** A replay nobody goes on reading is forgotten after this long. */
const KEPT_MS = 120_000;
/** Readings one person may have under way; each holds files open. */
const MOST_READINGS = 16;

interface Reading {
  readonly permit: ReplayPermit;
  readonly events: AsyncGenerator<RecordedEvent | TrackEnding>;
  readonly size: { readonly columns: number; readonly rows: number };
  readonly integrity: ReplayPage['integrity'];
  readonly keys: ReplayPage['keys'];
  next: number;
  /** Both tracks say how the session ended; one is enough. */
  ended: boolean;
  forget: Cancel;
}

export function createReplay(uses: {
  readonly permit: PermitReplay;
  /** The folder of all recordings. */
  readonly root: string;
  readonly recordsKey: Secret;
  /** The key of everything that was typed, while it is unsealed for this person. */
  readonly unsealedKey: (
    user: AuthenticatedUser,
    session: SessionId,
    header: TrackHeader,
  ) => Promise<Secret | undefined>;
  readonly clock: Clock;
}): Replay {
  const { permit, root, recordsKey, unsealedKey, clock } = uses;
  const readings = new Set<Reading>();
  return {
    async page(user, session, from) {
      const reading = from === 0 ? await begin(await permit(user, session)) : take(user, session, from);
      const page = await readPage(reading, clock);
      if (page.next !== null) keep(reading);
      return page;
    },
    forget(session) {
      for (const reading of [...readings]) if (reading.permit.session.id === session) close(reading);
    },
  };

  /** Out of the set while it is being read, so that nobody reads it at the same time. */
  function take(user: AuthenticatedUser, session: string, from: number): Reading {
    for (const reading of readings) {
      const { permit: allowed, next } = reading;
      if (allowed.user.account.id !== user.account.id || allowed.session.id !== session || next !== from) continue;
      release(reading);
      return reading;
    }
    throw notNext();
  }

  function keep(reading: Reading): void {
    const { id } = reading.permit.user.account;
    const mine = [...readings].filter((other) => other.permit.user.account.id === id);
    if (mine[0] !== undefined && mine.length >= MOST_READINGS) close(mine[0]);
    reading.forget = clock.after(KEPT_MS, () => close(reading));
    readings.add(reading);
  }

  function release(reading: Reading): void {
    reading.forget();
    readings.delete(reading);
  }

  function close(reading: Reading): void {
    release(reading);
    void reading.events.return(undefined);
  }

  async function begin(allowed: ReplayPermit): Promise<Reading> {
    const { session, tracks, user } = allowed;
    const checked = await checkRecording(root, session.id, { tracks, live: session.endedAt === null });
    const { problem, terminal, readable } = checked;
    const directory = recordingDirectory(root, session.id);
    const header = await readHeader(trackPath(directory, 'keys'));
    const unguarded = header !== undefined && opensWithRecordsKey(header);
    const unsealed = header && (await unsealedKey(user, session.id, header));
    // Without a terminal nothing is hidden on a screen: what goes in is data.
    const typedKey =
      unsealed ?? (unguarded && header.terminal === null ? unwrapTrackKey(recordsKey, header) : undefined);
    const keyOf = (of: TrackHeader) => (of.track === 'keys' ? typedKey : unwrapTrackKey(recordsKey, of));
    return {
      permit: allowed,
      events: readable ? readRecording(directory, keyOf) : nothing(),
      keys: unsealed !== undefined ? 'unsealed' : unguarded ? 'unguarded' : 'sealed',
      size: terminal ?? { columns: 80, rows: 24 },
      integrity: problem === undefined ? { intact: true } : { intact: false, problem: { ...problem } },
      next: 0,
      ended: false,
      forget: () => {},
    };
  }
}

async function* nothing(): AsyncGenerator<never> {}

async function readPage(reading: Reading, clock: Clock): Promise<ReplayPage> {
  const { permit, events, size, integrity, keys } = reading;
  const { startedAt, endedAt } = permit.session;
  const page: ReplayEvent[] = [];
  let bytes = 0;
  let done = false;
  while (page.length < PAGE_EVENTS && bytes < PAGE_BYTES) {
    const item = await events.next();
    if (item.done === true) {
      done = true;
      break;
    }
    const event = shown(item.value, keys);
    if (event === undefined || (event.kind === 'end' && reading.ended)) continue;
    reading.ended ||= event.kind === 'end';
    page.push(event);
    bytes += 'data' in event ? (event.data?.length ?? 0) : 0;
  }
  reading.next += page.length;
  return {
    columns: size.columns,
    rows: size.rows,
    durationMs: Math.max(0, (endedAt ?? clock.now()) - startedAt, page.at(-1)?.at ?? 0),
    events: page,
    next: done ? null : reading.next,
    integrity,
    keys,
  };
}

/** Undefined for what is not part of the picture. */
function shown(event: RecordedEvent | TrackEnding, keys: ReplayPage['keys']): ReplayEvent | undefined {
  const { at } = event;
  switch (event.kind) {
    case 'output':
    case 'error-output':
    case 'input':
      return { at, kind: event.kind, data: event.bytes.toString('base64') };
    case 'resize':
      return { at, kind: 'resize', columns: event.columns, rows: event.rows };
    case 'notice':
      return { at, kind: 'notice', text: { ...event.sentence } };
    case 'end':
      return { at, kind: 'end', reason: event.reason };
    case 'typed':
      // Who sees every key needs no lines made of them.
      if (keys === 'unsealed') return undefined;
      return {
        at,
        kind: 'typed',
        since: event.from / 1000,
        keys: event.keys,
        data: event.text?.toString('base64') ?? null,
      };
    case 'marker':
    case 'file':
    case 'file-end':
      return undefined;
  }
}
