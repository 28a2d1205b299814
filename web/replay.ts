// Replaying a recording in pages. The first page takes a permit, which is an evidence event; the pages after it go on
// reading where an earlier one stopped, for the same person only. Each tab has a reading of its own; two that stand at
// the same place are the same, so a page need not say which one it means. Who has a recording open may jump in it: such
// a reading begins at a key frame. That of a session still running goes on with what is written meanwhile.

import type { PermitReplay, ReplayPermit } from '../approvals/access/replay-permit.ts';
import type { AuthenticatedUser } from '../identity/login/authenticated-user.ts';
import type { TrackHeader } from '../recordings/format/header.ts';
import { picturePath } from '../recordings/picture/picture-file.ts';
import { type Found, seek } from '../recordings/picture/seek.ts';
import { readHeader } from '../recordings/read/read-header.ts';
import type { RecordedEvent } from '../recordings/read/read-track.ts';
import { RecordingReader } from '../recordings/read/recording-reader.ts';
import { recordingDirectory, trackPath } from '../recordings/storage/recording-directory.ts';
import { opensWithRecordsKey, unwrapTrackKey } from '../recordings/storage/recording-keys.ts';
import type { Cancel, Clock } from '../store/core/clock.ts';
import type { SessionId } from '../store/core/ids.ts';
import { defineRefusal } from '../store/core/refusal.ts';
import type { Secret } from '../store/core/secret.ts';
import type { ReplayEvent, ReplayPage } from './contract/sessions.ts';
import { checkRecording, integrityOf } from './recording-integrity.ts';

export interface Replay {
  /** `from`: 0 or the `next` of the page before. */
  page(user: AuthenticatedUser, session: string, from: number): Promise<ReplayPage>;
  /** Of a recording that is destroyed: readings hold its files open and its keys. */
  forget(session: SessionId): void;
  /** From the key frame before that moment on, `at` in milliseconds; from the start where there is none. */
  pageAt(user: AuthenticatedUser, session: string, at: number): Promise<ReplayPage>;
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

/** How long a jump needs no opening of its own. */
const VIEWED_MS = 30 * 60_000;
/** Readings that began in the middle count from here on, each from a place of its own. */
const SOUGHT = 2 ** 32;
const MOST_SOUGHT = 2 ** 20;

/** A recording somebody has open: permitted, and looked over once. */
interface Viewing {
  readonly permit: ReplayPermit;
  readonly size: { readonly columns: number; readonly rows: number };
  readonly integrity: ReplayPage['integrity'];
}

interface Reading extends Viewing {
  readonly events: RecordingReader;
  readonly keys: ReplayPage['keys'];
  readonly start: ReplayPage['start'];
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
  /** The folder of what is made of recordings. */
  readonly derived: string;
  /** Nothing more is written of it. */
  readonly hasEnded: (session: SessionId) => Promise<boolean>;
  readonly clock: Clock;
}): Replay {
  const { permit, root, derived, recordsKey, unsealedKey, hasEnded, clock } = uses;
  const readings = new Set<Reading>();
  const viewings = new Map<string, Viewing>();
  let sought = 0;
  return {
    async page(user, session, from) {
      if (from !== 0) return readOn(take(user, session, from));
      return readOn(await begin(await view(await permit(user, session)), undefined));
    },
    async pageAt(user, session, at) {
      const viewing = viewings.get(`${user.account.id} ${session}`) ?? (await view(await permit(user, session)));
      const { id } = viewing.permit.session;
      const header = await readHeader(trackPath(recordingDirectory(root, id), 'screen'));
      const dataKey = header && unwrapTrackKey(recordsKey, header);
      return readOn(await begin(viewing, dataKey && (await seek(picturePath(derived, id), dataKey, at))));
    },
    forget(session) {
      for (const reading of [...readings]) if (reading.permit.session.id === session) close(reading);
      for (const [name, { permit: allowed }] of viewings) if (allowed.session.id === session) viewings.delete(name);
    },
  };

  async function readOn(reading: Reading): Promise<ReplayPage> {
    const { session } = reading.permit;
    // Asked before it is read to its end: what comes between is read the next time.
    const over = session.endedAt !== null || (await hasEnded(session.id));
    const page = await readPage(reading, clock, over);
    if (page.next === null) await reading.events.close();
    else keep(reading);
    return page;
  }

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
    void reading.events.close();
  }

  /** Reads all of it once, to say whether it is whole. */
  async function view(allowed: ReplayPermit): Promise<Viewing> {
    const { session, tracks, user } = allowed;
    const checked = await checkRecording(root, session.id, { tracks, live: session.endedAt === null });
    const viewing: Viewing = {
      permit: allowed,
      size: checked.terminal ?? { columns: 80, rows: 24 },
      integrity: integrityOf(checked),
    };
    const name = `${user.account.id} ${session.id}`;
    viewings.set(name, viewing);
    clock.after(VIEWED_MS, () => {
      if (viewings.get(name) === viewing) viewings.delete(name);
    });
    return viewing;
  }

  async function begin(viewing: Viewing, found: Found | undefined): Promise<Reading> {
    const { session, user } = viewing.permit;
    const directory = recordingDirectory(root, session.id);
    const header = await readHeader(trackPath(directory, 'keys'));
    const unguarded = header !== undefined && opensWithRecordsKey(header);
    const unsealed = header && (await unsealedKey(user, session.id, header));
    // Without a terminal nothing is hidden on a screen: what goes in is data.
    const typedKey =
      unsealed ?? (unguarded && header.terminal === null ? unwrapTrackKey(recordsKey, header) : undefined);
    const keyOf = (of: TrackHeader) => (of.track === 'keys' ? typedKey : unwrapTrackKey(recordsKey, of));
    if (found !== undefined) sought = (sought % MOST_SOUGHT) + 1;
    return {
      ...viewing,
      events: await RecordingReader.open(directory, keyOf, found?.entry),
      keys: unsealed !== undefined ? 'unsealed' : unguarded ? 'unguarded' : 'sealed',
      start: found === undefined ? null : startOf(found),
      next: found === undefined ? 0 : sought * SOUGHT,
      ended: false,
      forget: () => {},
    };
  }
}

function startOf({ entry, snapshot }: Found): ReplayPage['start'] {
  const { columns, rows, paint, held } = snapshot;
  const data = Buffer.concat([paint, held]).toString('base64');
  return { at: entry.screen.microseconds / 1000, columns, rows, data, exact: entry.exact };
}

/** `over`: at the end of what is written there will be no more. */
async function readPage(reading: Reading, clock: Clock, over: boolean): Promise<ReplayPage> {
  const { permit, events, size, integrity, keys, start } = reading;
  const { startedAt, endedAt } = permit.session;
  const page: ReplayEvent[] = [];
  let bytes = 0;
  let done = false;
  while (page.length < PAGE_EVENTS && bytes < PAGE_BYTES) {
    const item = await events.next();
    done = item === undefined;
    if (item === undefined) break;
    const event = shown(item, keys);
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
    next: done && over ? null : reading.next,
    live: done && !over,
    start,
    integrity,
    keys,
  };
}

/** Undefined for what is not part of the picture. */
function shown(event: RecordedEvent, keys: ReplayPage['keys']): ReplayEvent | undefined {
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
      return undefined;
  }
}
