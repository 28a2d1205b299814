import { type Duplex, duplexPair } from 'node:stream';
import fc from 'fast-check';
import Type from 'typebox';
import { expect, test } from 'vitest';
import { Conversation, type Handlers, LinkEnded } from '../../bastion/link/conversation.ts';
import { encodeFrame, FrameReader, MAX_FRAME } from '../../bastion/link/frame.ts';
import type { Json } from '../../store/core/canonical-json.ts';
import { silentLogger } from '../../store/core/logger.ts';
import { defineRefusal } from '../../store/core/refusal.ts';
import { ManualClock } from '../support/manual-clock.ts';

const LEASE = 5000;
const no = defineRefusal('test.no', 'forbidden', () => ({ zh: '不行', en: 'no' }));
const methods = {
  double: { params: Type.Object({ n: Type.Integer() }), result: Type.Object({ n: Type.Integer() }) },
  slow: { params: Type.Object({}), result: Type.Object({}) },
  taken: { params: Type.Object({}), result: Type.Object({}), patient: true },
} as const;
type M = typeof methods;

const handlers: Handlers<M> = {
  double: async ({ n }, body) => {
    if (n < 0) throw no();
    if (n === 13) throw new Error('a secret path');
    return { n: 2 * n + body.length };
  },
  slow: () => new Promise(() => {}),
  taken: () => new Promise(() => {}),
};

function conversation(stream: Duplex, clock = new ManualClock(), over: Partial<Handlers<M>> = {}) {
  const said = { stream, theirs: methods, ours: methods, clock, leaseMs: LEASE, logger: silentLogger };
  return new Conversation<M, M>({ ...said, handlers: { ...handlers, ...over } });
}

/** One real end, and the bytes of the other in the test's hand. */
function halfOpen(clock = new ManualClock()) {
  const [ours, raw] = duplexPair();
  const real = conversation(ours, clock);
  const reader = new FrameReader();
  const heard: Json[] = [];
  const watchers = new Set<() => void>();
  raw.on('data', (chunk: Buffer) => {
    for (const { head } of reader.read(chunk)) heard.push(head);
    for (const watcher of [...watchers]) watcher();
  });
  raw.on('error', () => undefined);
  const hear = (satisfied: (head: Json) => boolean): Promise<Json> =>
    new Promise((resolve) => {
      const look = () => {
        const found = heard.find(satisfied);
        if (found !== undefined) resolve(found);
      };
      watchers.add(look);
      look();
    });
  return { real, raw, clock, hear, say: (head: Json, body?: Buffer) => raw.write(encodeFrame(head, body)) };
}

const whenEnded = (conversation: { ended: AbortSignal }): Promise<string> =>
  new Promise((resolve) => {
    const tell = () => resolve(String(conversation.ended.reason?.message));
    if (conversation.ended.aborted) tell();
    else conversation.ended.addEventListener('abort', tell);
  });

test('questions are answered, refused with their code, or told as a fault without its cause', async () => {
  const [a, b] = duplexPair();
  const [asking] = [conversation(a), conversation(b)];
  expect(await asking.call('double', { n: 4 }, Buffer.from('xyz'))).toEqual({ n: 11 });
  await expect(asking.call('double', { n: -1 })).rejects.toMatchObject({ code: 'test.no', kind: 'forbidden' });
  const fault = await asking.call('double', { n: 13 }).catch((error: unknown) => error);
  expect(fault).toMatchObject({ code: 'fault' });
  expect(JSON.stringify(fault)).not.toContain('secret');
});

test.each([
  ['an unknown question', { call: 'nope', id: 1, params: {} }],
  ['a question named like a property of every object', { call: 'constructor', id: 1, params: {} }],
  ['a question of another shape', { call: 'double', id: 1, params: { n: 'four' } }],
])('%s is answered with a fault, and the conversation goes on (R43)', async (_what, question) => {
  const { say, hear, real } = halfOpen();
  say(question);
  expect(await hear((head) => JSON.stringify(head).includes('"refused":1'))).toMatchObject({ why: { code: 'fault' } });
  say({ call: 'double', id: 2, params: { n: 2 } });
  expect(await hear((head) => JSON.stringify(head).includes('"answer":2'))).toMatchObject({ result: { n: 4 } });
  expect(real.ended.aborted).toBe(false);
});

test.each<[string, Json]>([
  ['an answer to a question nobody asked', { answer: 99, result: {} }],
  ['a refusal of a question nobody asked', { refused: 99, why: { code: 'x', kind: 'x', zh: '', en: '' } }],
  ['neither question nor answer', { hello: 1 }],
  ['a text', 'beat'],
  ['nothing', null],
  ['an id that is no number', { call: 'double', id: 'one', params: {} }],
])('%s ends the conversation (R43)', async (_what, head) => {
  const { say, real } = halfOpen();
  say(head);
  expect(await whenEnded(real)).toBe('malformed message');
});

test('an answer of another shape ends the conversation, and the question is not answered with it (R43)', async () => {
  const { say, real, hear } = halfOpen();
  const asked = real.call('double', { n: 1 }).catch((error: unknown) => error);
  await hear((head) => JSON.stringify(head).includes('"call":"double"'));
  say({ answer: 1, result: { n: 'two' } });
  expect(await whenEnded(real)).toBe('malformed message');
  expect(await asked).toBeInstanceOf(LinkEnded);
});

test('a frame longer than any ends the conversation before it is collected (R43)', async () => {
  const { raw, real } = halfOpen();
  const announced = Buffer.alloc(4);
  announced.writeUInt32BE(MAX_FRAME + 1);
  raw.write(announced);
  expect(await whenEnded(real)).toBe('malformed message');
});

test('whatever bytes come, the conversation goes on or ends, and nothing is thrown (B16)', async () => {
  const valid = encodeFrame({ call: 'double', id: 1, params: { n: 1 } });
  const change = fc.record({ at: fc.nat({ max: valid.length - 1 }), to: fc.nat({ max: 255 }) });
  await fc.assert(
    fc.asyncProperty(fc.array(change, { maxLength: 6 }), fc.uint8Array({ maxLength: 60 }), async (changes, more) => {
      const bytes = Buffer.from(valid);
      for (const { at, to } of changes) bytes[at] = to;
      const { raw, real } = halfOpen();
      raw.write(Buffer.concat([bytes, more]));
      await new Promise((resolve) => setImmediate(resolve));
      real.end('enough');
      expect(real.ended.aborted).toBe(true);
    }),
    { numRuns: 2000 },
  );
});

test('both ends give up after a lease of silence, and whoever waits is told (R1)', async () => {
  // Two clocks: each end hears nothing, because the bytes of the other lead nowhere.
  for (const clock of [new ManualClock(), new ManualClock()]) {
    const { real } = halfOpen(clock);
    const waiting = real.call('taken', {}).catch((error: unknown) => error);
    clock.advance(LEASE);
    expect(real.ended.aborted).toBe(false);
    clock.advance(LEASE / 10);
    expect(await whenEnded(real)).toBe('lease expired');
    expect(await waiting).toBeInstanceOf(LinkEnded);
    await expect(real.call('double', { n: 1 })).rejects.toBeInstanceOf(LinkEnded);
  }
});

test('an end that is still starting may take longer for its first word, and for that only (R35)', async () => {
  const clock = new ManualClock();
  const said = { theirs: methods, ours: methods, handlers, clock, leaseMs: LEASE, logger: silentLogger };
  const [ours, raw] = duplexPair();
  raw.resume();
  const real = new Conversation<M, M>({ ...said, stream: ours, startMs: 4 * LEASE });
  clock.advance(4 * LEASE);
  expect(real.ended.aborted).toBe(false);
  raw.write(encodeFrame({ beat: true }));
  await new Promise((resolve) => setImmediate(resolve));
  clock.advance(LEASE);
  expect(real.ended.aborted).toBe(false);
  clock.advance(LEASE / 10);
  expect(await whenEnded(real)).toBe('lease expired');
});

test('two ends that hear each other outlive many leases', async () => {
  const clock = new ManualClock();
  const [a, b] = duplexPair();
  const ends = [conversation(a, clock), conversation(b, clock)];
  for (let step = 0; step < 100; step += 1) {
    clock.advance(LEASE / 10);
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(ends.map(({ ended }) => ended.aborted)).toEqual([false, false]);
});

test('the end of the stream ends the conversation and every question', async () => {
  const { real, raw } = halfOpen();
  const waiting = real.call('slow', {}).catch((error: unknown) => error);
  raw.end();
  expect(await whenEnded(real)).toBe('link closed');
  expect(await waiting).toBeInstanceOf(LinkEnded);
});

test('a question nobody answers is given up after a minute, and a late answer does no harm', async () => {
  const { real, clock, say, hear } = halfOpen();
  const asked = real.call('slow', {}).catch((error: unknown) => error);
  for (let second = 0; second < 60; second += 1) {
    say({ beat: true });
    await new Promise((resolve) => setImmediate(resolve));
    clock.advance(1000);
  }
  expect(await asked).toMatchObject({ code: 'link.no-answer' });
  say({ answer: 1, result: {} });
  say({ call: 'double', id: 7, params: { n: 1 } });
  await hear((head) => JSON.stringify(head).includes('"answer":7'));
  expect(real.ended.aborted).toBe(false);
});

test('an answer that is back-pressure is waited for', async () => {
  const { real, clock, say } = halfOpen();
  const asked = real.call('taken', {});
  for (let second = 0; second < 120; second += 1) {
    say({ beat: true });
    await new Promise((resolve) => setImmediate(resolve));
    clock.advance(1000);
  }
  say({ answer: 1, result: {} });
  expect(await asked).toEqual({});
});

test('a side that answers nothing, asks without end, or does not read ends the conversation (B4)', async () => {
  const silent = halfOpen();
  const asked = Array.from({ length: 4097 }, () => silent.real.call('slow', {}).catch((error: unknown) => error));
  expect(await whenEnded(silent.real)).toBe('the other side answers nothing');
  expect((await Promise.all(asked)).every((error) => error instanceof LinkEnded)).toBe(true);

  const asking = halfOpen();
  for (let id = 1; id <= 4097; id += 1) asking.say({ call: 'slow', id, params: {} });
  expect(await whenEnded(asking.real)).toBe('malformed message');

  const [ours, deaf] = duplexPair();
  deaf.pause();
  const real = conversation(ours);
  const piece = Buffer.alloc(512 * 1024);
  for (let nth = 0; nth < 200; nth += 1) real.call('taken', {}, piece).catch(() => undefined);
  expect(await whenEnded(real)).toBe('the other side does not read');
});

test('a question too long to send is refused at once and leaves nothing waiting', async () => {
  const { real, say, hear } = halfOpen();
  await expect(real.call('double', { n: 1 }, Buffer.alloc(MAX_FRAME))).rejects.toBeInstanceOf(RangeError);
  say({ call: 'double', id: 3, params: { n: 1 } });
  await hear((head) => JSON.stringify(head).includes('"answer":3'));
});
