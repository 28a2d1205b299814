// What a target answers, parsed from one packet. The target is not trusted either: whatever does not fit ends the
// session.

import { type Attrs, FieldReader, packetBytes, string, u32 } from './fields.ts';
import type { Packet } from './packet-reader.ts';
import { REPLY_TYPES, VERSION } from './protocol.ts';

export type Reply = { readonly id: number } & (
  | { readonly kind: 'status'; readonly code: number }
  | { readonly kind: 'handle'; readonly handle: Buffer }
  | { readonly kind: 'data'; readonly data: readonly Buffer[]; readonly length: number }
  | { readonly kind: 'name'; readonly names: readonly Buffer[] }
  | { readonly kind: 'attrs'; readonly attrs: Attrs }
  | { readonly kind: 'extended-reply'; readonly bytes: Buffer }
);

export type ReplyKind = Reply['kind'];

export interface ServerVersion {
  readonly version: number;
  readonly extensions: readonly (readonly [name: string, data: string])[];
}

const BY_TYPE = new Map<number, string>(Object.entries(REPLY_TYPES).map(([kind, type]) => [type, kind]));
/** Type, id, length. */
const DATA_HEAD = 13;
/** Far more than any server announces. */
const MOST_EXTENSIONS = 256;

/** Throws SftpProblem for any other packet. */
export function parseVersion(packet: Packet): ServerVersion {
  const fields = new FieldReader(packet.whole(), 5, 'target');
  if (packet.type !== REPLY_TYPES.version) throw fields.problem('expected the first packet to be VERSION');
  const version = fields.u32();
  const extensions: (readonly [string, string])[] = [];
  while (fields.left > 0 && extensions.length < MOST_EXTENSIONS) {
    extensions.push([fields.string().toString('latin1'), fields.string().toString('latin1')]);
  }
  return { version, extensions };
}

export function parseReply(packet: Packet): Reply {
  const kind = BY_TYPE.get(packet.type);
  const bytes = kind === 'data' ? packet.head(DATA_HEAD) : packet.whole();
  const fields = new FieldReader(bytes, 5, 'target');
  const id = fields.u32();
  switch (kind) {
    case 'status':
      // Message and language are missing from old servers, and only passed on.
      return { id, kind, code: fields.u32() };
    case 'handle':
      return { id, kind, handle: fields.handle() };
    case 'data':
      return { id, kind, ...payload(fields, packet) };
    case 'name':
      return { id, kind, names: names(fields) };
    case 'attrs':
      return { id, kind, attrs: fields.attrs() };
    case 'extended-reply':
      return { id, kind, bytes: bytes.subarray(fields.at) };
    default:
      throw fields.problem(`expected an answer, got a packet of type ${packet.type}`);
  }
}

function payload(fields: FieldReader, packet: Packet): { readonly data: Buffer[]; readonly length: number } {
  const length = fields.u32();
  if (fields.at + length !== packet.length) throw fields.problem(`expected ${length} bytes of data, got others`);
  return { data: packet.from(fields.at), length };
}

function names(fields: FieldReader): Buffer[] {
  const count = fields.u32();
  // Two lengths and the attributes' flags, each.
  if (count * 12 > fields.left) throw fields.problem(`expected ${count} names, got ${fields.left} bytes`);
  return Array.from({ length: count }, () => {
    const name = fields.string();
    fields.string();
    fields.attrs();
    return name;
  });
}

export function encodeVersion(extensions: ServerVersion['extensions']): Buffer {
  return packetBytes(REPLY_TYPES.version, u32(VERSION), ...extensions.flat().map((text) => string(text)));
}

/** `message` in UTF-8, as section 7 says; language `en`. */
export function encodeStatus(id: number, code: number, message: string): Buffer {
  return packetBytes(REPLY_TYPES.status, u32(id), u32(code), string(message), string('en'));
}
