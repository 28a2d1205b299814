// A target that lies while its files are copied into evidence: whatever it answers, or does not, the copying ends within
// its bounds, the channel does not open, and the command is never run (R3, B4, B19).

import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Request } from '../../bastion/gateway/sftp/request.ts';
import { COPY_LIMITS, type GatewayOptions, listeningGateway, passTime } from '../support/fake-controller.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { ssh } from '../support/openssh.ts';
import { type AnswerFiles, FILE, FOLDER, reply, scriptedFiles } from '../support/scripted-files.ts';
import { scriptedTarget } from '../support/scripted-target.ts';
import { type Sshd, startSshd } from '../support/sshd.ts';

const ANSWERS = { password: 'correct horse', code: '123456' };
const DECLARED = '/srv/app';

/** For its keys alone. */
let sshd: Sshd;
beforeAll(async () => {
  sshd = await startSshd();
});
afterAll(() => sshd.stop());

/** A folder with one file, as an honest server has it, but for what `lies` answers. */
function lying(lies: (request: Request) => Buffer | undefined | 'honest'): AnswerFiles {
  let listed = false;
  return (request) => {
    const lie = lies(request);
    if (lie !== 'honest') return lie;
    const { id } = request;
    switch (request.op) {
      case 'realpath':
        return reply.names(id, [request.path]);
      case 'lstat':
        return reply.attrs(id, request.path.toString() === DECLARED ? FOLDER : FILE);
      case 'fstat':
        return reply.attrs(id, FILE);
      case 'open':
      case 'opendir':
        return reply.handle(id);
      case 'readdir': {
        const names = listed ? undefined : ['a'];
        listed = true;
        return names === undefined ? reply.eof(id) : reply.names(id, names);
      }
      case 'read':
        return reply.eof(id);
      default:
        return reply.status(id, 0);
    }
  };
}

async function opened(
  lies: Parameters<typeof lying>[0],
  options: GatewayOptions = {},
  withoutBackup: string | null = null,
  seconds = COPY_LIMITS.seconds,
) {
  const run: string[] = [];
  const target = await scriptedTarget((channel, command) => {
    if (command.startsWith('subsystem')) scriptedFiles(channel, lying(lies));
    else {
      run.push(command);
      channel.exit(0);
      channel.end();
    }
  });
  const limits = { ...COPY_LIMITS, fileBytes: 1024 * 1024, seconds };
  const originals = { declared: [DECLARED], alone: [], withoutBackup, limits };
  const { gateway, port } = await listeningGateway({ ...sshd, ...target.place }, { ...options, grant: { originals } });
  const client = ssh(['-p', String(port), 'lin@127.0.0.1', 'do-it'], ANSWERS);
  return { run, gateway, client, target };
}

test('an honest one opens, so that what follows is for the lies (R3)', async () => {
  const { run, client, target, gateway } = await opened(() => 'honest');
  expect((await client.exit).code).toBe(0);
  expect(run).toEqual(['do-it']);
  expect(gateway.told.filter(({ name }) => name === 'originals.found')).toMatchObject([
    {
      params: {
        found: [
          { path: DECLARED, type: 'folder' },
          { path: `${DECLARED}/a`, type: 'file', copy: 1 },
        ],
      },
    },
  ]);
  target.stop();
});

test.each([
  [
    'a file that cannot be read',
    ({ op, id }: Request) => (op === 'open' ? reply.status(id, 3) : ('honest' as const)),
    null,
  ],
  [
    'a target that answers nonsense',
    ({ op, id }: Request) => (op === 'lstat' ? reply.handle(id) : ('honest' as const)),
    'not-understood',
  ],
])('%s opens where the approval said without backup, and is in evidence (R3)', async (_what, lies, why) => {
  const { run, gateway, client, target } = await opened(lies, {}, '存储已满，已另行备份');
  const { code, stderr } = await client.exit;
  expect([code, run]).toEqual([0, ['do-it']]);
  const { params } = await gateway.hear('originals.ended');
  expect(params).toMatchObject({ failure: why === null ? null : { why } });
  const found = gateway.told.filter(({ name }) => name === 'originals.found').flatMap(({ params }) => params.found);
  if (why === null) expect(found).toContainEqual(expect.objectContaining({ type: 'unread', why: 'no-permission' }));
  else expect(stderr.toString()).toContain('存储已满，已另行备份');
  target.stop();
});

let many = 0;
const nextName = () => {
  many += 1;
  return `f${many}`;
};
let turn = false;
const LIES: readonly (readonly [what: string, why: string, lies: Parameters<typeof lying>[0]])[] = [
  [
    'a folder without an end',
    'too-many',
    ({ op, id }) => (op === 'readdir' ? reply.names(id, Array.from({ length: 100 }, nextName)) : 'honest'),
  ],
  [
    'a folder that lists nothing, again and again',
    'not-understood',
    ({ op, id }) => (op === 'readdir' ? reply.names(id, []) : 'honest'),
  ],
  [
    'a folder in itself, for ever',
    'odd-name',
    (request) => {
      if (request.op === 'lstat') return reply.attrs(request.id, FOLDER);
      if (request.op !== 'readdir') return 'honest';
      turn = !turn;
      return turn ? reply.names(request.id, ['x'.repeat(1000)]) : reply.eof(request.id);
    },
  ],
  [
    'a file without an end',
    'too-large',
    ({ op, id }) => (op === 'read' ? reply.data(id, Buffer.alloc(32_768)) : 'honest'),
  ],
  [
    'more data than was asked for',
    'not-understood',
    ({ op, id }) => (op === 'read' ? reply.data(id, Buffer.alloc(40_000)) : 'honest'),
  ],
  [
    'no data, and no end',
    'not-understood',
    ({ op, id }) => (op === 'read' ? reply.data(id, Buffer.alloc(0)) : 'honest'),
  ],
  ...['../../etc/shadow', 'a/b', '', 'a\0b', `${'x'.repeat(5000)}`].map(
    (name) =>
      [
        `a name ${JSON.stringify(name.slice(0, 20))}`,
        'odd-name',
        ({ op, id }: Request) => (op === 'readdir' ? reply.names(id, [name]) : ('honest' as const)),
      ] as const,
  ),
  [
    'a path that leads to no path',
    'odd-name',
    ({ op, id }) => (op === 'realpath' ? reply.names(id, ['relative']) : 'honest'),
  ],
  [
    'another answer than to what was asked',
    'not-understood',
    ({ op, id }) => (op === 'lstat' ? reply.handle(id) : 'honest'),
  ],
  ['an answer to nothing', 'not-understood', ({ op, id }) => (op === 'lstat' ? reply.eof(id + 1000) : 'honest')],
  ['bytes that are no packet', 'not-understood', ({ op }) => (op === 'lstat' ? Buffer.alloc(64, 0xff) : 'honest')],
  ['a refusal to read', 'no-permission', ({ op, id }) => (op === 'open' ? reply.status(id, 3) : 'honest')],
];

test.each(LIES)('%s: %s, and nothing is run (R3, B4)', async (_what, why, lies) => {
  const { run, gateway, client, target } = await opened(lies);
  expect((await client.exit).code).toBe(73);
  expect(run).toEqual([]);
  expect((await gateway.hear('originals.ended')).params).toMatchObject({ failure: { why } });
  expect((await gateway.hear('session.ended')).params).toMatchObject({ reason: 'originals-not-copied' });
  target.stop();
});

test.each([
  [
    'one that answers nothing',
    'no-answer',
    ({ op }: Request) => (op === 'lstat' ? undefined : ('honest' as const)),
    30,
  ],
  [
    'one that gives a byte at a time, for ever',
    'too-slow',
    ({ op, id }: Request) => (op === 'read' ? reply.data(id, Buffer.alloc(1)) : ('honest' as const)),
    // Far less than an answer may take: the clock runs faster here than the answers come.
    5,
  ],
] as const)('%s is waited for so long and no longer: %s (R3, B4)', async (_what, why, lies, seconds) => {
  const clock = new ManualClock();
  const late = Promise.withResolvers<void>();
  const { run, gateway, client, target } = await opened(
    (request) => {
      if (request.op === 'lstat') late.resolve();
      return lies(request);
    },
    { clock, leaseMs: 10 ** 9 },
    null,
    why === 'too-slow' ? seconds : COPY_LIMITS.seconds,
  );
  await late.promise;
  await passTime(clock, gateway, seconds * 1000);
  expect((await client.exit).code).toBe(73);
  expect(run).toEqual([]);
  expect((await gateway.hear('originals.ended')).params).toMatchObject({ failure: { why } });
  target.stop();
});
