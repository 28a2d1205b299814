// The sftp side of a scripted target: every request is answered by a function of the test. For what no server does.

import type { ServerChannel } from 'ssh2';
import { type Attrs, attrsBytes, packetBytes, string, u32 } from '../../bastion/gateway/sftp/fields.ts';
import { PacketReader } from '../../bastion/gateway/sftp/packet-reader.ts';
import { REPLY_TYPES, REQUEST_TYPES, STATUS } from '../../bastion/gateway/sftp/protocol.ts';
import { parseRequest, type Request } from '../../bastion/gateway/sftp/request.ts';

/** Undefined leaves the request without an answer. */
export type AnswerFiles = (request: Request) => Buffer | undefined;

export function scriptedFiles(channel: ServerChannel, answer: AnswerFiles): void {
  const reader = new PacketReader('client');
  channel.on('error', () => undefined);
  channel.on('data', (bytes: Buffer) => {
    for (const packet of reader.push(bytes)) {
      if (packet.type === REQUEST_TYPES.init) {
        channel.write(packetBytes(REPLY_TYPES.version, u32(3)));
        continue;
      }
      const reply = answer(parseRequest(packet));
      if (reply !== undefined && !channel.destroyed) channel.write(reply);
    }
  });
}

export const reply = {
  status: (id: number, code: number) => packetBytes(REPLY_TYPES.status, u32(id), u32(code), string(''), string('')),
  eof: (id: number) => reply.status(id, STATUS.eof),
  handle: (id: number) => packetBytes(REPLY_TYPES.handle, u32(id), string('h')),
  attrs: (id: number, attrs: Attrs) => packetBytes(REPLY_TYPES.attrs, u32(id), attrsBytes(attrs)),
  data: (id: number, bytes: Buffer) => packetBytes(REPLY_TYPES.data, u32(id), string(bytes)),
  names: (id: number, names: readonly (string | Buffer)[]) =>
    packetBytes(
      REPLY_TYPES.name,
      u32(id),
      u32(names.length),
      ...names.flatMap((name) => [string(name), string(''), attrsBytes({})]),
    ),
};

export const FOLDER: Attrs = { mode: 0o040755, size: 0 };
export const FILE: Attrs = { mode: 0o100644, size: 0 };
