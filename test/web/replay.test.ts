// Replaying a recording: who, what it leaves, and that the pages are the recording (R17, R19, R22).

import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadKeys } from '../../bastion/cli/data-folder.ts';
import { readRecording } from '../../recordings/read/read-recording.ts';
import { trackPath } from '../../recordings/storage/recording-directory.ts';
import { unwrapTrackKey } from '../../recordings/storage/recording-keys.ts';
import { recoverRecording } from '../../recordings/verify/recover-recording.ts';
import type { Json } from '../../store/core/canonical-json.ts';
import type { SessionId } from '../../store/core/ids.ts';
import type { ReplayEvent, ReplayPage } from '../../web/contract/sessions.ts';
import { ApiClient } from '../support/api-client.ts';
import { evidence, evidenceSize } from '../support/evidence.ts';
import { PASSWORD, startInstallation, type TestInstallation } from '../support/installation.ts';
import { ssh } from '../support/openssh.ts';

let site: TestInstallation;
let auditor: ApiClient;
let session: string;
let printed: Buffer;

beforeAll(async () => {
  site = await startInstallation();
  await site.approvedTicket();
  // Three pages of output, with bytes that are no text among them.
  const command = 'head -c 2500000 /dev/urandom | tee /dev/stderr 2>&1 >/dev/null; echo 结束 >&2';
  const run = ssh(['-p', String(site.sshPort), 'engineer@127.0.0.1', command], {
    password: PASSWORD,
    code: site.code('engineer'),
  });
  run.child.stdin.end();
  printed = (await run.exit).stderr.subarray(-2_600_000);
  auditor = await ApiClient.signIn(site, 'auditor');
  const [found] = (await auditor.get('/api/v1/sessions')).body as { id: string }[];
  session = found?.id ?? '';
});
afterAll(() => site.stop());

const path = (from: number | null): string => `/api/v1/sessions/${session}/replay?from=${from}`;
const pageAt = async (client: ApiClient, from: number | null): Promise<ReplayPage> => {
  const answer = await client.get(path(from));
  expect(answer.status, JSON.stringify(answer.body).slice(0, 200)).toBe(200);
  return answer.body as ReplayPage;
};

async function allPages(client: ApiClient): Promise<readonly ReplayPage[]> {
  const pages = [await pageAt(client, 0)];
  for (let next = pages[0]?.next ?? null; next !== null; ) {
    const page = await pageAt(client, next);
    pages.push(page);
    next = page.next;
  }
  return pages;
}

const bytesOf = (events: readonly ReplayEvent[], kind: string): Buffer =>
  Buffer.concat(
    events.flatMap((event) =>
      'data' in event && event.kind === kind ? [Buffer.from(event.data ?? '', 'base64')] : [],
    ),
  );

test('the pages join up to exactly the recording, and to what was seen (R17)', async () => {
  const pages = await allPages(auditor);
  expect(pages.length).toBeGreaterThan(2);
  const events = pages.flatMap((page) => page.events);
  const key = loadKeys(site.folder).records;
  const recorded = [];
  for await (const event of readRecording(`${site.folder.recordings}/${session}`, (head) =>
    unwrapTrackKey(key, head),
  )) {
    if ('bytes' in event) recorded.push({ at: event.at, kind: event.kind, data: event.bytes.toString('base64') });
  }
  expect(events.filter((event) => 'data' in event)).toEqual(recorded);
  expect(bytesOf(events, 'error-output').equals(printed)).toBe(true);
  expect(pages.every(({ integrity }) => integrity.intact)).toBe(true);
  expect(events.at(-1)).toMatchObject({ kind: 'end', reason: 'finished' });
});

test('the first page leaves one event, the ones after it none (R22)', async () => {
  const from = await evidenceSize(site);
  await allPages(auditor);
  const left = await evidence(site, from);
  expect(left).toMatchObject([{ type: 'replay.opened', actor: { name: 'auditor' }, details: { session } }]);
});

test('two tabs of one person read side by side, each event once in each (R22)', async () => {
  const pages = await allPages(auditor);
  const tabs = [await pageAt(auditor, 0), await pageAt(auditor, 0)].map((first) => [first]);
  for (let nth = 1; nth < pages.length; nth += 1) {
    for (const tab of tabs) tab.push(await pageAt(auditor, tab.at(-1)?.next ?? null));
  }
  for (const tab of tabs) expect(tab.map(({ events }) => events)).toEqual(pages.map(({ events }) => events));
});

test('a page asked for at the same moment by two is given once, and the other hears why (R22)', async () => {
  const { next } = await pageAt(auditor, 0);
  const answers = await Promise.all([auditor.get(path(next)), auditor.get(path(next))]);
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
  expect(answers.find(({ status }) => status === 409)?.body).toMatchObject({ code: 'replay.expired' });
});

test('nobody goes on where another person is reading (B8)', async () => {
  const { next } = await pageAt(auditor, 0);
  await site.invite({ name: 'second', displayName: '乙审', role: 'auditor', vendor: null });
  for (const name of ['second', 'head', 'engineer']) {
    const other = await ApiClient.signIn(site, name);
    expect([name, (await other.get(path(next))).status]).toEqual([name, 409]);
  }
  expect((await auditor.get(path(next))).status).toBe(200);
});

test('a place nobody is reading at, and a reading of another session, are refused (R43)', async () => {
  await pageAt(auditor, 0);
  for (const from of [1, 4001, Number.MAX_SAFE_INTEGER]) expect((await auditor.get(path(from))).status).toBe(409);
});

const changed: readonly (readonly [string, (file: string) => void])[] = [
  [
    'a flipped byte in the middle',
    (file) => {
      const bytes = readFileSync(file);
      const middle = Math.floor(bytes.length / 2);
      bytes[middle] = (bytes[middle] ?? 0) ^ 1;
      writeFileSync(file, bytes);
    },
  ],
  ['a track cut short', (file) => writeFileSync(file, readFileSync(file).subarray(0, -200))],
  ['a track that is gone', (file) => renameSync(file, `${file}.gone`)],
];

test.each(changed)('%s shows as not intact, with a sentence (R19)', async (_, change) => {
  const file = trackPath(`${site.folder.recordings}/${session}`, 'screen');
  const original = readFileSync(file);
  change(file);
  try {
    const page = await pageAt(auditor, 0);
    expect(page.integrity).toMatchObject({ intact: false, problem: { zh: expect.stringMatching(/\p{sc=Han}/u) } });
    for (let { next } = page; next !== null; ) next = (await pageAt(auditor, next)).next;
  } finally {
    writeFileSync(file, original);
  }
});

test('another recording in its place, whole in itself, shows as not intact (R19, B12)', async () => {
  const run = ssh(['-p', String(site.sshPort), 'engineer@127.0.0.1', 'echo harmless'], {
    password: PASSWORD,
    code: site.code('engineer'),
  });
  run.child.stdin.end();
  await run.exit;
  const [other] = (await auditor.get('/api/v1/sessions')).body as { id: string }[];
  const [mine, theirs] = [session, other?.id ?? ''].map((id) => trackPath(`${site.folder.recordings}/${id}`, 'screen'));
  const original = readFileSync(mine ?? '');
  writeFileSync(mine ?? '', readFileSync(theirs ?? ''));
  expect((await pageAt(auditor, 0)).integrity.intact).toBe(false);
  writeFileSync(mine ?? '', original);
  expect((await pageAt(auditor, 0)).integrity.intact).toBe(true);
});

test('a recording that a crash broke off says so, and is not called altered (R18, R19)', async () => {
  const directory = `${site.folder.recordings}/${session}`;
  const file = trackPath(directory, 'screen');
  const original = readFileSync(file);
  const noted = await notedTracks();
  writeFileSync(file, original.subarray(0, -200));
  try {
    await noteTracks((await recoverRecording(directory)) ?? null);
    const page = await pageAt(auditor, 0);
    expect(page.integrity).toEqual({ intact: true, brokenOff: true });
    // What was written down after the crash is held to as well.
    writeFileSync(file, original.subarray(0, -201));
    expect((await pageAt(auditor, 0)).integrity.intact).toBe(false);
  } finally {
    writeFileSync(file, original);
    await noteTracks(noted);
  }
});

const notedTracks = () =>
  site.running.database.transaction(async (tx) => {
    const { recording_heads } = await tx
      .selectFrom('session')
      .select('recording_heads')
      .where('id', '=', session as SessionId)
      .executeTakeFirstOrThrow();
    return JSON.parse(recording_heads ?? 'null') as Json;
  });

const noteTracks = (tracks: Json) =>
  site.running.database.transaction((tx) =>
    tx
      .updateTable('session')
      .set({ recording_heads: JSON.stringify(tracks) })
      .where('id', '=', session as SessionId)
      .execute(),
  );

test('a live session can be followed, and shows as intact so far (R6, R19)', async () => {
  const run = ssh(['-p', String(site.sshPort), 'engineer@127.0.0.1', 'echo live-$((1+1)); sleep 600'], {
    password: PASSWORD,
    code: site.code('engineer'),
  });
  await run.until((text) => text.includes('live-2'));
  const [live] = (await auditor.get('/api/v1/sessions?live=true')).body as { id: string }[];
  const page = (await auditor.get(`/api/v1/sessions/${live?.id}/replay`)).body as ReplayPage;
  expect(page.integrity).toEqual({ intact: true });
  run.child.kill();
  await run.exit;
});
