import fc from 'fast-check';
import { expect, test } from 'vitest';
import { packetBytes, string, u32, u64 } from '../../../bastion/gateway/sftp/fields.ts';
import { PacketReader } from '../../../bastion/gateway/sftp/packet-reader.ts';
import { EXTENSIONS, MOST_PACKET_BYTES, REQUEST_TYPES } from '../../../bastion/gateway/sftp/protocol.ts';
import { encodeStatus, encodeVersion, parseReply, parseVersion } from '../../../bastion/gateway/sftp/reply.ts';
import { encodeRequest, parseInit, parseRequest, type Request } from '../../../bastion/gateway/sftp/request.ts';
import { SftpProblem } from '../../../bastion/gateway/sftp/sftp-problem.ts';
import { anyReply, anyRequest, chopped, mutated } from './packet-arbitraries.ts';

const read = (from: 'client' | 'target', ...chunks: readonly Buffer[]) => {
  const reader = new PacketReader(from);
  return chunks.flatMap((chunk) => reader.push(chunk));
};
/** Payloads arrive in pieces; what counts is what they hold. */
const joined = <T extends object>(parsed: T) =>
  'data' in parsed && Array.isArray(parsed.data) ? { ...parsed, data: Buffer.concat(parsed.data) } : parsed;
const first = <T>(all: readonly T[]): T => {
  const [one] = all;
  if (one === undefined || all.length !== 1) throw new Error(`expected one packet, got ${all.length}`);
  return one;
};

test('every request survives encoding and parsing, however the stream is chopped', () => {
  fc.assert(
    fc.property(fc.array(anyRequest, { minLength: 1, maxLength: 4 }), chopped, (requests, chop) => {
      const stream = Buffer.concat(requests.map(({ id, ...asked }) => encodeRequest(id, asked)));
      const parsed = read('client', ...chop(stream)).map((packet) => joined(parseRequest(packet)));
      expect(parsed).toEqual(requests.map(joined));
    }),
    { numRuns: 20_000 },
  );
});

test('every reply survives encoding and parsing, however the stream is chopped', () => {
  fc.assert(
    fc.property(anyReply, chopped, ({ bytes, reply }, chop) => {
      expect(joined(parseReply(first(read('target', ...chop(bytes)))))).toEqual(joined(reply));
    }),
    { numRuns: 20_000 },
  );
});

test('changed bytes never throw anything but the one typed problem (B16)', () => {
  fc.assert(
    fc.property(anyRequest, anyReply, mutated, ({ id, ...asked }, { bytes }, mutate) => {
      survives(() => read('client', mutate(encodeRequest(id, asked))).map(parseRequest));
      survives(() => read('target', mutate(bytes)).map(parseReply));
      survives(() => read('client', mutate(encodeRequest(id, asked))).map(parseInit));
      survives(() => read('target', mutate(bytes)).map(parseVersion));
    }),
    { numRuns: 40_000 },
  );
});

test('bytes without any meaning never throw anything but the one typed problem (B16)', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), fc.integer({ min: 0, max: 255 }), (noise, type) => {
      const bytes = Buffer.from(noise);
      survives(() => read('client', bytes).map(parseRequest));
      survives(() => read('client', packetBytes(type, bytes)).map(parseRequest));
      survives(() => read('target', packetBytes(type, bytes)).map(parseReply));
    }),
    { numRuns: 30_000 },
  );
});

function survives(act: () => unknown): void {
  try {
    act();
  } catch (error) {
    if (!(error instanceof SftpProblem)) throw error;
  }
}

test('a packet that is too long is refused before a byte of it is kept (B4)', () => {
  for (const length of [0, MOST_PACKET_BYTES + 1, 0x7fffffff, 0xffffffff]) {
    expect(() => read('client', Buffer.concat([u32(length), Buffer.alloc(1)]))).toThrow(SftpProblem);
  }
});

test('the largest packet comes through byte by byte, in bounded pieces (B4)', () => {
  const data = Buffer.alloc(256 * 1024, 7);
  const bytes = encodeRequest(9, { op: 'write', handle: Buffer.from('h'), offset: 0, data: [data] });
  const reader = new PacketReader('client');
  const packets = Array.from(bytes, (_, at) => reader.push(bytes.subarray(at, at + 1))).flat();
  const packet = first(packets);
  expect(packet.pieces.length).toBeLessThanOrEqual(16);
  expect(joined(parseRequest(packet))).toEqual({ id: 9, op: 'write', handle: Buffer.from('h'), offset: 0, data });
});

test('a payload is not copied: what is relayed is what came', () => {
  const bytes = encodeRequest(1, { op: 'write', handle: Buffer.from('h'), offset: 0, data: [Buffer.alloc(32_768, 1)] });
  const [one, two] = [bytes.subarray(0, 20_000), bytes.subarray(20_000)];
  const packet = first(read('client', one, two));
  const request = parseRequest(packet);
  expect(request).toMatchObject({ op: 'write' });
  expect(packet.pieces.map((piece) => piece.buffer)).toEqual([bytes.buffer, bytes.buffer]);
  expect(Buffer.concat([...packet.pieces])).toEqual(bytes);
});

test('what follows the bytes to write is not passed on (rclone, restic)', () => {
  const asked = fc.record({ data: fc.uint8Array({ maxLength: 100 }), tail: fc.uint8Array({ maxLength: 100 }) });
  fc.assert(
    fc.property(asked, chopped, ({ data, tail }, chop) => {
      const write = { op: 'write', handle: Buffer.from('h'), offset: 5, data: [Buffer.from(data)] } as const;
      const bytes = encodeRequest(1, write);
      const longer = packetBytes(REQUEST_TYPES.write, bytes.subarray(5), Buffer.from(tail));
      const packet = first(read('client', ...chop(longer)));
      expect(joined(parseRequest(packet))).toEqual(joined({ id: 1, ...write }));
      expect(Buffer.concat([...packet.pieces])).toEqual(bytes);
      expect(packet.length).toBe(bytes.length);
    }),
    { numRuns: 2000 },
  );
});

test('fewer bytes to write than stated are no request', () => {
  const bytes = packetBytes(REQUEST_TYPES.write, u32(1), string('h'), u64(0), u32(4), Buffer.alloc(3));
  expect(() => parseRequest(first(read('client', bytes)))).toThrow('expected 4 bytes to write, got 3');
});

test('types and extensions that nobody here knows have a name and no meaning', () => {
  const named = (packet: Buffer) => parseRequest(first(read('client', packet)));
  expect(named(packetBytes(21, u32(5), string('a')))).toEqual({ id: 5, op: 'unknown', name: 'type 21' });
  expect(named(packetBytes(200, u32(5), string('evil\n@x.org'), string('a')))).toEqual({
    id: 5,
    op: 'unknown',
    name: 'evil?@x.org',
  });
  const far = packetBytes(REQUEST_TYPES.read, u32(5), string('h'), u64(2 ** 53), u32(1));
  expect(named(far)).toEqual({ id: 5, op: 'unknown', name: 'read beyond 2^53' });
});

test('what follows the fields of a request is not skipped over', () => {
  const bytes = packetBytes(REQUEST_TYPES.remove, u32(1), string('a'), string('b'));
  expect(() => read('client', bytes).map(parseRequest)).toThrow(SftpProblem);
});

test('the arguments of a symbolic link stand as OpenSSH has them', () => {
  const asked: Request = { id: 1, op: 'symlink', path: Buffer.from('link'), to: Buffer.from('what it says') };
  expect(encodeRequest(asked.id, asked)).toEqual(
    packetBytes(REQUEST_TYPES.symlink, u32(1), string('what it says'), string('link')),
  );
});

test('a version is read and written with its extensions', () => {
  const extensions = Object.entries(EXTENSIONS).map(([name, { version }]) => [name, version] as const);
  expect(parseVersion(first(read('target', encodeVersion(extensions))))).toEqual({ version: 3, extensions });
  expect(parseInit(first(read('client', packetBytes(REQUEST_TYPES.init, u32(3)))))).toBe(3);
});

test('a status carries its code and sentence', () => {
  const bytes = encodeStatus(7, 3, '\u4e0d\u884c');
  expect(parseReply(first(read('target', bytes)))).toEqual({ id: 7, kind: 'status', code: 3 });
  expect(bytes.includes('\u4e0d\u884c')).toBe(true);
});
