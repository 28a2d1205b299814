// Jumping in a recording, following a session that is still running, and its commands, over the API (R6, R17, R22, R23).

import { afterAll, beforeAll, expect, test } from 'vitest';
import { Emulator } from '../../recordings/picture/emulator.ts';
import { screenDifference } from '../../recordings/picture/screen-difference.ts';
import { coreState } from '../../recordings/picture/xterm-core.ts';
import type { CommandLog } from '../../web/contract/commands.ts';
import type { ReplayEvent, ReplayPage } from '../../web/contract/sessions.ts';
import { ApiClient } from '../support/api-client.ts';
import { evidence, evidenceSize } from '../support/evidence.ts';
import { PASSWORD, startInstallation, type TestInstallation } from '../support/installation.ts';
import { ssh } from '../support/openssh.ts';

let site: TestInstallation;
let auditor: ApiClient;

beforeAll(async () => {
  site = await startInstallation();
  await site.approvedTicket();
  auditor = await ApiClient.signIn(site, 'auditor');
});
afterAll(() => site.stop());

const run = (command: string) =>
  ssh(['-p', String(site.sshPort), 'engineer@127.0.0.1', command], { password: PASSWORD, code: site.code('engineer') });

async function newest(): Promise<string> {
  const [session] = (await auditor.get('/api/v1/sessions')).body as { id: string }[];
  return session?.id ?? '';
}

/** Of which sessions, since that place in the evidence log. */
async function viewings(from: number): Promise<readonly unknown[]> {
  const events = await evidence(site, from);
  return events.flatMap((event) => (event.type === 'replay.opened' ? [event.details.session] : []));
}

async function page(session: string, query: string): Promise<ReplayPage> {
  const answer = await auditor.get(`/api/v1/sessions/${session}/replay?${query}`);
  expect(answer.status, JSON.stringify(answer.body).slice(0, 200)).toBe(200);
  return answer.body as ReplayPage;
}

async function rest(session: string, first: ReplayPage): Promise<readonly ReplayEvent[]> {
  const events = [...first.events];
  for (let { next } = first; next !== null; ) {
    const more = await page(session, `from=${next}`);
    events.push(...more.events);
    next = more.next;
  }
  return events;
}

async function drawn(emulator: Emulator, events: readonly ReplayEvent[]): Promise<Emulator> {
  for (const event of events) {
    if (event.kind === 'output') await emulator.output(Buffer.from(event.data, 'base64'));
    if (event.kind === 'error-output') await emulator.errorOutput(Buffer.from(event.data, 'base64'));
  }
  return emulator;
}

test('a jump begins at a key frame, and comes to the screen a replay from the start comes to (R17)', async () => {
  const done = run('for n in $(seq 1 60000); do printf "\\033[3%dmline %d 闸口\\n" $((n % 8)) $n; done');
  done.child.stdin.end();
  await done.exit;
  const session = await newest();
  // The client is gone before the session is written down as over, and only then it is drawn.
  await expect
    .poll(async () =>
      (await evidence(site)).some((event) => event.type === 'session.ended' && event.details.session === session),
    )
    .toBe(true);
  await site.running.pictures.settled();
  const from = await evidenceSize(site);
  const first = await page(session, 'from=0');
  const all = await rest(session, first);
  const end = Math.floor(all.at(-1)?.at ?? 0);
  await expect.poll(async () => (await page(session, `at=${end}`)).start?.exact).toBe(true);
  const jumped = await page(session, `at=${end}`);
  expect(jumped.start?.at).toBeLessThanOrEqual(end);
  const later = await rest(session, jumped);
  expect(later.length).toBeLessThan(all.length);
  expect(all.slice(-later.length)).toEqual(later);

  const start = jumped.start ?? { columns: 0, rows: 0, data: '' };
  const size = { columns: start.columns, rows: start.rows };
  const nothing = { held: Buffer.alloc(0), exact: true };
  const middle = await Emulator.restored({ ...size, ...nothing, paint: Buffer.from(start.data, 'base64') }, true);
  const straight = await drawn(new Emulator(size, true), all);
  await drawn(middle, later);
  expect(screenDifference(coreState(straight.terminal), coreState(middle.terminal))).toBeUndefined();
  // Jumping in what one has open is part of that viewing.
  expect(await viewings(from)).toEqual([session]);
});

test('a jump as the first thing is a viewing, and begins at the start where there is no key frame (R22)', async () => {
  const done = run('echo short');
  done.child.stdin.end();
  await done.exit;
  const session = await newest();
  const from = await evidenceSize(site);
  const jumped = await page(session, 'at=5');
  expect(jumped.start).toBeNull();
  expect(jumped.events.some((event) => event.kind === 'output')).toBe(true);
  expect(await viewings(from)).toEqual([session]);
});

test('a session still running is read on where it stood: nothing twice, nothing left out (R6, R17)', async () => {
  const live = run('for n in 1 2 3; do read -r x; echo "round $n $x"; done');
  const session = await expect
    .poll(async () => ((await auditor.get('/api/v1/sessions?live=true')).body as { id: string }[])[0]?.id)
    .toBeTypeOf('string')
    .then(newest);
  const events: ReplayEvent[] = [];
  let at = await page(session, 'from=0');
  events.push(...at.events);
  for (const word of ['one', 'two', 'three']) {
    expect(at).toMatchObject({ live: true, next: expect.any(Number) });
    live.child.stdin.write(`${word}\n`);
    await live.until((text) => text.includes(word));
    at = await page(session, `from=${at.next}`);
    events.push(...at.events);
  }
  await live.exit;
  await expect
    .poll(async () => {
      // The last page may have been the end already; it is not to be counted twice.
      if (at.next === null) return null;
      at = await page(session, `from=${at.next}`);
      events.push(...at.events);
      return at.next;
    })
    .toBeNull();
  const history = await rest(session, await page(session, 'from=0'));
  const outputs = (of: readonly ReplayEvent[]) => of.filter(({ kind }) => kind !== 'typed');
  expect(outputs(events)).toEqual(outputs(history));
  expect(events.at(-1)).toMatchObject({ kind: 'end', reason: 'finished' });
});

test('a command given without a shell is what was asked for, and reading it is a viewing (R22, R23)', async () => {
  const done = run('echo asked for');
  done.child.stdin.end();
  await done.exit;
  const session = await newest();
  const from = await evidenceSize(site);
  const log = (await auditor.get(`/api/v1/sessions/${session}/commands`)).body as CommandLog;
  expect(log).toEqual({
    ready: true,
    more: false,
    commands: [{ at: 0, prompt: '', text: 'echo asked for', keys: 0, confidence: 'exact' }],
  });
  expect(await viewings(from)).toEqual([session]);
});
