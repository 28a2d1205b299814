// Sftp where one side does not behave, and where what has to be written down cannot be.

import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ClientChannel } from 'ssh2';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { packetBytes, string, u32 } from '../../bastion/gateway/sftp/fields.ts';
import { type Packet, PacketReader } from '../../bastion/gateway/sftp/packet-reader.ts';
import { OPEN_FLAGS, STATUS } from '../../bastion/gateway/sftp/protocol.ts';
import { parseReply, parseVersion, type Reply } from '../../bastion/gateway/sftp/reply.ts';
import { type Asked, encodeRequest } from '../../bastion/gateway/sftp/request.ts';
import type { FileOperation } from '../../recordings/format/file-operation.ts';
import { readTrack } from '../../recordings/read/read-track.ts';
import { unwrapTrackKey } from '../../recordings/storage/recording-keys.ts';
import { defineRefusal } from '../../store/core/refusal.ts';
import { type GatewayOptions, type GatewayUnderTest, listeningGateway } from '../support/fake-controller.ts';
import { misbehave } from '../support/ssh2-client.ts';
import { type Sshd, startSshd } from '../support/sshd.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

let sshd: Sshd;
beforeAll(async () => {
  sshd = await startSshd();
});
afterAll(() => sshd.stop());

const INIT = packetBytes(1, u32(3));

interface RawSftp {
  readonly gateway: GatewayUnderTest;
  readonly channel: ClientChannel;
  readonly closed: Promise<void>;
  send(bytes: Buffer): void;
  /** The next packet from the gateway. */
  packet(): Promise<Packet>;
  ask(asked: Asked, id?: number): Promise<Reply>;
  leave(): void;
}

async function rawSftp(options: GatewayOptions = {}): Promise<RawSftp> {
  const { gateway, port } = await listeningGateway(sshd, options);
  const { client, ready } = misbehave(port);
  await ready;
  const channel = await new Promise<ClientChannel>((resolve, reject) =>
    client.subsys('sftp', (error, opened) => (error ? reject(error) : resolve(opened))),
  );
  const reader = new PacketReader('target');
  const came: Packet[] = [];
  const waiting: ((packet: Packet) => void)[] = [];
  channel.on('data', (bytes: Buffer) => {
    for (const packet of reader.push(bytes)) {
      const next = waiting.shift();
      if (next === undefined) came.push(packet);
      else next(packet);
    }
  });
  channel.on('error', () => undefined);
  channel.stderr.resume();
  const packet = () => {
    const first = came.shift();
    return first === undefined ? new Promise<Packet>((resolve) => waiting.push(resolve)) : Promise.resolve(first);
  };
  return {
    gateway,
    channel,
    closed: new Promise((resolve) => channel.once('close', () => resolve())),
    send: (bytes) => void channel.write(bytes),
    packet,
    async ask(asked, id = 7) {
      channel.write(encodeRequest(id, asked));
      return parseReply(await packet());
    },
    leave: () => client.end(),
  };
}

async function greeted(options: GatewayOptions = {}): Promise<RawSftp> {
  const sftp = await rawSftp(options);
  sftp.send(INIT);
  await sftp.packet();
  return sftp;
}

async function recordOf({ gateway }: RawSftp): Promise<readonly FileOperation[]> {
  const [session = ''] = readdirSync(gateway.recordings);
  const operations: FileOperation[] = [];
  const unwrap = (header: Parameters<typeof unwrapTrackKey>[1]) => unwrapTrackKey(gateway.recordsKey, header);
  for await (const event of readTrack(join(gateway.recordings, session, 'files.track'), unwrap)) {
    if (event.kind === 'file') operations.push(event.operation);
  }
  return operations;
}

test.each([
  ['no INIT', packetBytes(3, u32(1))],
  ['INIT twice', Buffer.concat([INIT, INIT])],
  ['a packet of no length', Buffer.concat([INIT, u32(0), Buffer.alloc(8)])],
  ['a packet of 4 GiB', Buffer.concat([INIT, u32(0xffffffff), Buffer.alloc(8)])],
  ['a name longer than its packet', Buffer.concat([INIT, packetBytes(17, u32(1), u32(4000))])],
  ['an answer', Buffer.concat([INIT, packetBytes(101, u32(1))])],
])('%s ends the session with a reason, and no other one (B16)', async (what, bytes) => {
  const sftp = await rawSftp();
  sftp.send(bytes);
  if (what === 'an answer') {
    // Its number means nothing as a request, and that can be said.
    await sftp.packet();
    expect(parseReply(await sftp.packet())).toMatchObject({ kind: 'status', code: STATUS.unsupported });
    sftp.channel.end();
  } else await sftp.gateway.hear('session.ended', ({ reason }) => reason === 'protocol-error');
  await sftp.closed;
  sftp.leave();
});

test('ids are the client’s own, used twice at once or not, and answers go to whom they belong', async () => {
  const sftp = await rawSftp();
  sftp.send(INIT);
  const { extensions } = parseVersion(await sftp.packet());
  expect(extensions.length).toBeGreaterThan(5);
  const asked = (path: string): Asked => ({ op: 'realpath', path: Buffer.from(path) });
  sftp.send(Buffer.concat([encodeRequest(0xffffffff, asked('/')), encodeRequest(0xffffffff, asked('/tmp'))]));
  const replies = [parseReply(await sftp.packet()), parseReply(await sftp.packet())];
  expect(replies).toMatchObject([
    { id: 0xffffffff, names: [Buffer.from('/')] },
    { id: 0xffffffff, names: [Buffer.from('/tmp')] },
  ]);
  sftp.leave();
});

test('unknown types, extensions and handles are refused on record, and the session goes on (B1)', async () => {
  const sftp = await greeted();
  sftp.send(packetBytes(200, u32(5), string('evil@example.org')));
  expect(parseReply(await sftp.packet())).toEqual({ id: 5, kind: 'status', code: STATUS.unsupported });
  expect(await sftp.ask({ op: 'read', handle: Buffer.from('none'), offset: 0, length: 1 })).toMatchObject({
    code: STATUS.failure,
  });
  expect(await sftp.ask({ op: 'stat', path: Buffer.from('/etc\0/passwd') })).toMatchObject({ code: STATUS.failure });
  expect(await sftp.ask({ op: 'stat', path: Buffer.from('/') })).toMatchObject({ kind: 'attrs' });
  sftp.channel.end();
  await sftp.gateway.hear('session.ended');
  const refused = (await recordOf(sftp)).filter(({ what }) => what === 'refused');
  expect(refused).toMatchObject([
    { op: 'evil@example.org', why: 'not-offered' },
    { op: 'read', why: 'no-such-handle' },
    { op: 'stat', path: '/etc\0/passwd', why: 'path.unusable' },
  ]);
  sftp.leave();
});

test('no more than 512 files are open at once, and room comes back (B4)', async () => {
  const sftp = await greeted();
  const opendir: Asked = { op: 'opendir', path: Buffer.from('/') };
  const replies: Reply[] = [];
  for (let nth = 0; nth < 513; nth += 1) replies.push(await sftp.ask(opendir));
  const [first] = replies;
  expect(replies.at(-1)).toMatchObject({ kind: 'status', code: STATUS.failure });
  if (first?.kind !== 'handle') throw new Error('expected a handle');
  await sftp.ask({ op: 'close', handle: first.handle });
  expect(await sftp.ask(opendir)).toMatchObject({ kind: 'handle' });
  sftp.leave();
});

/** Opens a file on the target and sends it some bytes. */
async function upload(sftp: RawSftp, bytes: number): Promise<string> {
  const path = join(temporaryFolder(), 'f');
  const { write, create } = OPEN_FLAGS;
  const opened = await sftp.ask({ op: 'open', path: Buffer.from(path), flags: write | create, attrs: {} });
  if (opened.kind !== 'handle') throw new Error(`expected a handle, got ${opened.kind}`);
  await sftp.ask({ op: 'write', handle: opened.handle, offset: 0, data: [randomBytes(bytes)] });
  return path;
}

test('a transfer that is cut leaves how far it came, and says that it is incomplete (B18, R17)', async () => {
  const sftp = await greeted();
  const path = await upload(sftp, 100_000);
  const opened = await sftp.gateway.hear('session.opened');
  await sftp.gateway.controller.call('sessions.cut', {
    sessions: [String(opened.params.session)],
    reason: 'account-departed',
  });
  await sftp.gateway.hear('session.ended', ({ reason }) => reason === 'account-departed');
  const record = await recordOf(sftp);
  expect(record.slice(-2)).toEqual([
    { what: 'moved', of: 1, direction: 'written', ranges: [[0, 100_000]] },
    {
      what: 'closed',
      of: 1,
      complete: false,
      read: 0,
      written: 100_000,
      entries: 0,
      size: null,
      hashed: 'none',
      sha256: null,
      from: 0,
      bytes: 0,
      why: 'incomplete',
    },
  ]);
  const told = sftp.gateway.told.filter(({ name }) => name === 'session.files' || name === 'session.ended');
  expect(told.at(-1)?.name).toBe('session.ended');
  expect(told.flatMap(({ params }) => params.events ?? [])).toMatchObject([
    { type: 'file.opened', details: { path, flags: ['write', 'create'], code: 0 } },
    { type: 'file.closed', details: { path, complete: false, written: 100_000, sha256: null } },
  ]);
  sftp.leave();
});

test('when the evidence is not taken the session ends as with a failing recorder (R18)', async () => {
  const stuck = defineRefusal('recorder.evidence-stuck', 'unavailable', () => ({ zh: '', en: '' }));
  const sftp = await greeted({
    handlers: {
      'session.files': async () => {
        throw stuck();
      },
    },
  });
  await upload(sftp, 10);
  await sftp.gateway.hear('session.ended', ({ reason }) => reason === 'recorder-failed');
  await sftp.closed;
  sftp.leave();
});

test('evidence that is slow to be taken holds the client up, and none of it is lost (B4)', async () => {
  const go = Promise.withResolvers<void>();
  let waiting = 0;
  const sftp = await greeted({
    handlers: {
      'session.files': async () => {
        waiting += 1;
        await go.promise;
        return {};
      },
    },
  });
  const refused: Asked = { op: 'read', handle: Buffer.from('none'), offset: 0, length: 1 };
  const flood = Array.from({ length: 5000 }, (_, id) => encodeRequest(id, refused));
  sftp.send(Buffer.concat(flood));
  await sftp.gateway.hear('session.files');
  expect(waiting).toBe(1);
  go.resolve();
  for (let nth = 0; nth < flood.length; nth += 1) expect(parseReply(await sftp.packet()).id).toBe(nth);
  sftp.channel.end();
  await sftp.gateway.hear('session.ended');
  const events = sftp.gateway.told
    .filter(({ name }) => name === 'session.files')
    .flatMap(({ params }) => params.events);
  expect(events.length).toBe(flood.length);
  sftp.leave();
});
