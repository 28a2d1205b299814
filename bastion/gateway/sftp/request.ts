// What a client may ask (draft-ietf-secsh-filexfer-02 sections 4 and 6, and OpenSSH's extensions), parsed from one
// packet. Every field is attacker-controlled. What is not in the tables comes out as `unknown` with its name.

import { type Attrs, attrsBytes, FieldReader, NotCountable, packetBytes, string, u32, u64 } from './fields.ts';
import type { Packet } from './packet-reader.ts';
import { EXTENSIONS, isExtension, REQUEST_TYPES } from './protocol.ts';

export type PathOp =
  | 'lstat'
  | 'stat'
  | 'opendir'
  | 'remove'
  | 'rmdir'
  | 'realpath'
  | 'readlink'
  | 'statvfs'
  | 'expand-path';
export type HandleOp = 'fstat' | 'readdir' | 'fstatvfs' | 'fsync';
export type TwoPathOp = 'rename' | 'posix-rename' | 'hardlink';

export type Request = { readonly id: number } & Asked;

export type Asked =
  | { readonly op: 'open'; readonly path: Buffer; readonly flags: number; readonly attrs: Attrs }
  | { readonly op: PathOp; readonly path: Buffer }
  | { readonly op: HandleOp; readonly handle: Buffer }
  | { readonly op: 'close'; readonly handle: Buffer }
  | { readonly op: 'read'; readonly handle: Buffer; readonly offset: number; readonly length: number }
  | { readonly op: 'write'; readonly handle: Buffer; readonly offset: number; readonly data: readonly Buffer[] }
  | { readonly op: 'setstat' | 'lsetstat' | 'mkdir'; readonly path: Buffer; readonly attrs: Attrs }
  | { readonly op: 'fsetstat'; readonly handle: Buffer; readonly attrs: Attrs }
  | { readonly op: TwoPathOp; readonly path: Buffer; readonly to: Buffer }
  /** `to` is what the link at `path` says. On the wire it comes first, as OpenSSH has it and not as the draft does. */
  | { readonly op: 'symlink'; readonly path: Buffer; readonly to: Buffer }
  | {
      readonly op: 'copy-data';
      readonly handle: Buffer;
      readonly offset: number;
      /** 0: up to the end. */
      readonly length: number;
      readonly toHandle: Buffer;
      readonly toOffset: number;
    }
  | { readonly op: 'limits' }
  | { readonly op: 'home-directory'; readonly user: Buffer }
  | { readonly op: 'users-groups-by-id'; readonly users: Buffer; readonly groups: Buffer }
  /** Not offered: a type or extension nobody here understands, or numbers too large to count with. */
  | { readonly op: 'unknown'; readonly name: string };

export type RequestOp = Request['op'];

const BY_TYPE = new Map<number, RequestOp | 'extended' | 'init'>(
  Object.entries(REQUEST_TYPES).map(([op, type]) => [type, op as RequestOp | 'extended' | 'init']),
);
/** Type and id, then for a write at most a handle, an offset and a length. */
const ID_END = 9;
const WRITE_HEAD = ID_END + 4 + 256 + 8 + 4;

/** The version a client offers; throws SftpProblem for any other packet. */
export function parseInit(packet: Packet): number {
  const fields = new FieldReader(packet.whole(), 5, 'client');
  if (packet.type !== REQUEST_TYPES.init) throw fields.problem('expected the first packet to be INIT');
  return fields.u32();
}

/** Throws SftpProblem for what is no request at all. */
export function parseRequest(packet: Packet): Request {
  const op = BY_TYPE.get(packet.type);
  const bytes = op === 'write' ? packet.head(WRITE_HEAD) : packet.whole();
  const fields = new FieldReader(bytes, 5, 'client');
  if (op === 'init') throw fields.problem('expected INIT only once');
  const id = fields.u32();
  try {
    return { id, ...(op === undefined ? unknown(`type ${packet.type}`) : askedOf(op, fields, packet)) };
  } catch (error) {
    if (error instanceof NotCountable) return { id, ...unknown(`${op} beyond 2^53`) };
    throw error;
  }
}

function askedOf(op: RequestOp | 'extended', fields: FieldReader, packet: Packet): Asked {
  if (op === 'write') return parseWrite(fields, packet);
  if (op === 'extended') {
    const name = fields.string().toString('latin1');
    if (!isExtension(name)) return unknown(printable(name));
    return whole(EXTENSIONS[name].op, fields);
  }
  return whole(op, fields);
}

function whole(op: RequestOp, fields: FieldReader): Asked {
  const asked = fieldsOf(op, fields);
  if (asked.op !== 'unknown') fields.end();
  return asked;
}

function fieldsOf(op: RequestOp, fields: FieldReader): Asked {
  switch (op) {
    case 'open':
      return { op, path: fields.string(), flags: fields.u32(), attrs: fields.attrs() };
    case 'lstat':
    case 'stat':
    case 'opendir':
    case 'remove':
    case 'rmdir':
    case 'realpath':
    case 'readlink':
    case 'statvfs':
    case 'expand-path':
      return { op, path: fields.string() };
    case 'close':
    case 'fstat':
    case 'readdir':
    case 'fstatvfs':
    case 'fsync':
      return { op, handle: fields.handle() };
    case 'read':
      return { op, handle: fields.handle(), offset: fields.u64(), length: fields.u32() };
    case 'setstat':
    case 'lsetstat':
    case 'mkdir':
      return { op, path: fields.string(), attrs: fields.attrs() };
    case 'fsetstat':
      return { op, handle: fields.handle(), attrs: fields.attrs() };
    case 'rename':
    case 'posix-rename':
    case 'hardlink':
      return { op, path: fields.string(), to: fields.string() };
    case 'symlink': {
      const to = fields.string();
      return { op, path: fields.string(), to };
    }
    case 'copy-data':
      return copyData(fields);
    case 'limits':
      return { op };
    case 'home-directory':
      return { op, user: fields.string() };
    case 'users-groups-by-id':
      return { op, users: fields.string(), groups: fields.string() };
    case 'write':
    case 'unknown':
      return unknown(op);
  }
}

function copyData(fields: FieldReader): Asked {
  return {
    op: 'copy-data',
    handle: fields.handle(),
    offset: fields.u64(),
    length: fields.u64(),
    toHandle: fields.handle(),
    toOffset: fields.u64(),
  };
}

/**
 * The payload stays in the pieces it came in. What follows it is cut off the packet: the Go library of rclone and restic
 * sends its whole buffer after the last bytes of a file, servers skip it, and what one skips another might read.
 */
function parseWrite(fields: FieldReader, packet: Packet): Asked {
  const [handle, offset, length] = [fields.handle(), fields.u64(), fields.u32()];
  const came = packet.length - fields.at;
  if (length > came) throw fields.problem(`expected ${length} bytes to write, got ${came}`);
  packet.cutTo(fields.at + length);
  return { op: 'write', handle, offset, data: packet.from(fields.at) };
}

function unknown(name: string): Asked {
  return { op: 'unknown', name };
}

function printable(name: string): string {
  return name.replace(/[^\w.@-]/g, '?').slice(0, 64);
}

/** The packet of a request: our own questions, and those of a client whose paths were resolved. */
export function encodeRequest(id: number, asked: Asked): Buffer {
  const extension = Object.entries(EXTENSIONS).find(([, { op }]) => op === asked.op)?.[0];
  if (extension !== undefined) {
    return packetBytes(REQUEST_TYPES.extended, u32(id), string(extension), ...fieldBytes(asked));
  }
  const type = Object.hasOwn(REQUEST_TYPES, asked.op) ? REQUEST_TYPES[asked.op as keyof typeof REQUEST_TYPES] : 0;
  if (type === 0) throw new TypeError(`expected a request that has a packet type, got ${asked.op}`);
  return packetBytes(type, u32(id), ...fieldBytes(asked));
}

function fieldBytes(asked: Asked): Buffer[] {
  switch (asked.op) {
    case 'open':
      return [string(asked.path), u32(asked.flags), attrsBytes(asked.attrs)];
    case 'read':
      return [string(asked.handle), u64(asked.offset), u32(asked.length)];
    case 'write':
      return [string(asked.handle), u64(asked.offset), string(Buffer.concat(asked.data))];
    case 'symlink':
      return [string(asked.to), string(asked.path)];
    case 'copy-data':
      return [string(asked.handle), u64(asked.offset), u64(asked.length), string(asked.toHandle), u64(asked.toOffset)];
    case 'users-groups-by-id':
      return [string(asked.users), string(asked.groups)];
    case 'home-directory':
      return [string(asked.user)];
    case 'limits':
    case 'unknown':
      return [];
    default: {
      const subject = 'handle' in asked ? asked.handle : asked.path;
      if ('to' in asked) return [string(subject), string(asked.to)];
      return 'attrs' in asked ? [string(subject), attrsBytes(asked.attrs)] : [string(subject)];
    }
  }
}
