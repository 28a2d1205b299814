import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type ScpEvent, ScpStream } from '../../../bastion/gateway/scp/scp-stream.ts';

type Said = readonly ['source' | 'sink', string | Buffer];
const OK: Said = ['sink', '\0'];

function heard(conversation: readonly Said[], piece = 1 << 20): readonly ScpEvent[] {
  const events: ScpEvent[] = [];
  const stream = new ScpStream((event) => events.push(event));
  for (const [who, what] of conversation) {
    const bytes = Buffer.from(what);
    for (let at = 0; at < bytes.length; at += piece) stream[who](bytes.subarray(at, at + piece));
  }
  return events;
}

/** The same with data put together and paths as text. */
function plain(events: readonly ScpEvent[]): readonly unknown[] {
  const joined: unknown[] = [];
  let data = '';
  for (const event of events) {
    if (event.kind === 'data') data += event.bytes.toString();
    else {
      if (data !== '') joined.push(data);
      data = '';
      joined.push('path' in event ? { ...event, path: event.path.toString() } : event);
    }
  }
  return data === '' ? joined : [...joined, data];
}

const COPY: readonly Said[] = [
  OK,
  ['source', 'T1700000000 0 1700000001 0\n'],
  OK,
  ['source', 'D0755 0 tree\n'],
  OK,
  ['source', 'C0644 5 a b.txt\n'],
  OK,
  ['source', 'hello\0'],
  OK,
  ['source', 'C0600 0 empty\n'],
  OK,
  ['source', '\0'],
  OK,
  ['source', 'C0600 3 no\n'],
  ['sink', '\x01scp: no: Permission denied\n'],
  ['source', '\x01scp: gone: No such file or directory\n'],
  ['source', 'E\n'],
  OK,
  ['source', 'C0644 2 after\n'],
  OK,
  ['source', 'xx\x01scp: after: I/O error\n'],
  ['sink', '\x01scp: after: No space left on device\n'],
];

test.each([1, 2, 3, 7, 1000])('a copy is heard, in pieces of %i bytes', (piece) => {
  expect(plain(heard(COPY, piece))).toEqual([
    { kind: 'folder', path: 'tree', mode: 0o755, times: { modified: 1700000000, accessed: 1700000001 } },
    { kind: 'taken', yes: true },
    { kind: 'file', path: 'tree/a b.txt', mode: 0o644, size: 5 },
    { kind: 'taken', yes: true },
    'hello',
    { kind: 'sent', whole: true },
    { kind: 'kept', yes: true },
    { kind: 'file', path: 'tree/empty', mode: 0o600, size: 0 },
    { kind: 'taken', yes: true },
    { kind: 'sent', whole: true },
    { kind: 'kept', yes: true },
    { kind: 'file', path: 'tree/no', mode: 0o600, size: 3 },
    { kind: 'taken', yes: false },
    { kind: 'file', path: 'after', mode: 0o644, size: 2 },
    { kind: 'taken', yes: true },
    'xx',
    { kind: 'sent', whole: false },
    { kind: 'kept', yes: false },
  ]);
});

test.each<readonly [string, readonly Said[]]>([
  ['scp-line', [OK, ['source', 'Welcome to the server\n']]],
  ['scp-line', [OK, ['source', `C0644 5 ${'x'.repeat(9000)}`]]],
  ['scp-answer', [['sink', 'Welcome\n']]],
  ['scp-answer', [OK, OK]],
  ['scp-ahead', [['source', 'C0644 5 early\n']]],
  ['scp-end', [OK, ['source', 'E\n']]],
  ['scp-status', [OK, ['source', 'C0644 1 a\n'], OK, ['source', 'ab\n']]],
])('%s ends the hearing', (why, conversation) => {
  const events = heard([...conversation, OK, ['source', 'C0644 5 later\n']]);
  expect(events.at(-1)).toEqual({ kind: 'not-understood', why });
  expect(events.filter(({ kind }) => kind === 'not-understood').length).toBe(1);
});

test('whatever either side says, nothing is thrown, and data is never more than was announced (B16)', () => {
  const noise = fc.uint8Array({ maxLength: 30 }).map((bytes) => Buffer.from(bytes));
  const words = fc.constantFrom('C0644 3 a\n', 'D0755 0 d\n', 'E\n', 'T1 0 1 0\n', '\0', '\x01no\n', 'abc', 'abc\0');
  const side = fc.constantFrom<'source' | 'sink'>('source', 'sink');
  fc.assert(
    fc.property(fc.array(fc.tuple(side, fc.oneof(noise, words)), { maxLength: 30 }), (conversation) => {
      let [announced, came] = [0, 0];
      for (const event of heard(conversation)) {
        if (event.kind === 'file') announced += event.size;
        if (event.kind === 'data') came += event.bytes.length;
      }
      expect(came).toBeLessThanOrEqual(announced);
    }),
    { numRuns: 20_000 },
  );
});
