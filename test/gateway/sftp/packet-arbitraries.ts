// Every request and reply there is, streams chopped at any place, and bytes changed in the ways that hurt parsers.

import fc from 'fast-check';
import { type Attrs, attrsBytes, packetBytes, string, u32 } from '../../../bastion/gateway/sftp/fields.ts';
import { EXTENSIONS, REPLY_TYPES, REQUEST_TYPES } from '../../../bastion/gateway/sftp/protocol.ts';
import type { Reply } from '../../../bastion/gateway/sftp/reply.ts';
import type { Asked, Request, RequestOp } from '../../../bastion/gateway/sftp/request.ts';

const number32 = fc.integer({ min: 0, max: 0xffffffff });
const number64 = fc.oneof(number32, fc.maxSafeNat());
const bytes = (maxLength: number) => fc.uint8Array({ maxLength }).map((array) => Buffer.from(array));
const handle = bytes(256);
const path = bytes(80);

export const anyAttrs: fc.Arbitrary<Attrs> = fc.record(
  {
    size: number64,
    owner: fc.record({ uid: number32, gid: number32 }),
    mode: number32,
    times: fc.record({ accessed: number32, modified: number32 }),
    extended: fc.array(fc.tuple(path, path), { maxLength: 3 }),
  },
  { requiredKeys: [] },
);

const onPath = fc.constantFrom<RequestOp>(
  'lstat',
  'stat',
  'opendir',
  'remove',
  'rmdir',
  'realpath',
  'readlink',
  'statvfs',
  'expand-path',
);
const onHandle = fc.constantFrom<RequestOp>('close', 'fstat', 'readdir', 'fstatvfs', 'fsync');
const onTwo = fc.constantFrom<RequestOp>('rename', 'posix-rename', 'hardlink', 'symlink');
const withAttrs = fc.constantFrom<RequestOp>('setstat', 'lsetstat', 'mkdir');

const anyAsked = fc.oneof(
  fc.record({ op: fc.constant('open' as const), path, flags: number32, attrs: anyAttrs }),
  fc.record({ op: onPath, path }),
  fc.record({ op: onHandle, handle }),
  fc.record({ op: fc.constant('read' as const), handle, offset: number64, length: number32 }),
  fc.record({ op: fc.constant('write' as const), handle, offset: number64, data: bytes(400).map((one) => [one]) }),
  fc.record({ op: withAttrs, path, attrs: anyAttrs }),
  fc.record({ op: fc.constant('fsetstat' as const), handle, attrs: anyAttrs }),
  fc.record({ op: onTwo, path, to: path }),
  fc.record({
    op: fc.constant('copy-data' as const),
    handle,
    offset: number64,
    length: number64,
    toHandle: handle,
    toOffset: number64,
  }),
  fc.record({ op: fc.constant('limits' as const) }),
  fc.record({ op: fc.constant('home-directory' as const), user: path }),
  fc.record({ op: fc.constant('users-groups-by-id' as const), users: path, groups: path }),
) as fc.Arbitrary<Asked>;

export const anyRequest: fc.Arbitrary<Request> = fc.tuple(number32, anyAsked).map(([id, asked]) => ({ id, ...asked }));

/** A reply and the bytes of its packet. */
export const anyReply: fc.Arbitrary<{ readonly reply: Reply; readonly bytes: Buffer }> = fc.oneof(
  fc.tuple(number32, number32, path).map(([id, code, message]) => ({
    reply: { id, kind: 'status' as const, code },
    bytes: packetBytes(REPLY_TYPES.status, u32(id), u32(code), string(message), string('')),
  })),
  fc.tuple(number32, handle).map(([id, one]) => ({
    reply: { id, kind: 'handle' as const, handle: one },
    bytes: packetBytes(REPLY_TYPES.handle, u32(id), string(one)),
  })),
  fc.tuple(number32, bytes(400)).map(([id, data]) => ({
    reply: { id, kind: 'data' as const, data: [data], length: data.length },
    bytes: packetBytes(REPLY_TYPES.data, u32(id), string(data)),
  })),
  fc.tuple(number32, fc.array(fc.tuple(path, path, anyAttrs), { maxLength: 4 })).map(([id, names]) => ({
    reply: { id, kind: 'name' as const, names: names.map(([name]) => name) },
    bytes: packetBytes(
      REPLY_TYPES.name,
      u32(id),
      u32(names.length),
      ...names.flatMap(([name, long, attrs]) => [string(name), string(long), attrsBytes(attrs)]),
    ),
  })),
  fc.tuple(number32, anyAttrs).map(([id, attrs]) => ({
    reply: { id, kind: 'attrs' as const, attrs },
    bytes: packetBytes(REPLY_TYPES.attrs, u32(id), attrsBytes(attrs)),
  })),
  fc.tuple(number32, path).map(([id, rest]) => ({
    reply: { id, kind: 'extended-reply' as const, bytes: rest },
    bytes: packetBytes(REPLY_TYPES['extended-reply'], u32(id), rest),
  })),
);

/** Cuts a buffer at up to twenty places. */
export const chopped: fc.Arbitrary<(whole: Buffer) => Buffer[]> = fc
  .array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 20 })
  .map((places) => (whole) => {
    const cuts = [0, ...places.map((place) => Math.floor(place * whole.length)).sort((a, b) => a - b), whole.length];
    return cuts.slice(1).map((end, nth) => whole.subarray(cuts[nth], end));
  });

const TYPES = [...Object.values(REQUEST_TYPES), ...Object.values(REPLY_TYPES)];
const NAMES = Object.keys(EXTENSIONS);

/** Changes, removes, repeats or inserts bytes; sets lengths to what hurts; puts another type on the same fields. */
export const mutated: fc.Arbitrary<(whole: Buffer) => Buffer> = fc
  .array(
    fc.tuple(
      fc.constantFrom('flip', 'cut', 'repeat', 'insert', 'length', 'type', 'name'),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.integer({ min: 0, max: 255 }),
    ),
    { minLength: 1, maxLength: 4 },
  )
  .map((changes) => (whole) => changes.reduce(change, Buffer.from(whole)));

function change(bytes: Buffer, [how, where, value]: [string, number, number]): Buffer {
  const at = Math.min(Math.floor(where * bytes.length), Math.max(0, bytes.length - 1));
  const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)];
  switch (how) {
    case 'flip':
      if (bytes.length > 0) bytes[at] = value;
      return bytes;
    case 'cut':
      return Buffer.concat([before, after.subarray(value)]);
    case 'repeat':
      return Buffer.concat([before, after, after]);
    case 'insert':
      return Buffer.concat([before, Buffer.alloc(value, 255), after]);
    case 'length':
      if (at + 4 <= bytes.length) bytes.writeUInt32BE(value * 0x01010101, at);
      return bytes;
    case 'type':
      if (bytes.length > 4) bytes[4] = TYPES[value % TYPES.length] ?? value;
      return bytes;
    default:
      return packetBytes(REQUEST_TYPES.extended, u32(value), string(NAMES[value % NAMES.length] ?? ''), after);
  }
}
