// The two names of a SYMLINK come in OpenSSH's order here and on the target: what the link says, then the link. The draft
// (filexfer-02 section 6.10) has them the other way round, and some clients keep to it with every server that does not
// call itself OpenSSH, so also with this one, whatever the target behind it is. Theirs are turned round.

import { Packet } from './packet-reader.ts';
import { REQUEST_TYPES } from './protocol.ts';
import { encodeRequest, parseRequest } from './request.ts';

/**
 * From their sources: WinSCP (CreateLink) and asyncssh (_nonstandard_symlink_impls), and libssh (sftp_symlink) under the
 * name it gives itself.
 */
const AS_THE_DRAFT = /^(WinSCP_|AsyncSSH_|libssh[_-]\d)/;

/** `software`: what the client calls itself (RFC 4253 section 4.2). */
export function namesLinkFirst(software: string): boolean {
  return AS_THE_DRAFT.test(software);
}

/** The packet as it is; a SYMLINK of the draft's order in OpenSSH's. Throws SftpProblem where it is none at all. */
export function targetFirst(packet: Packet): Packet {
  if (packet.type !== REQUEST_TYPES.symlink) return packet;
  const request = parseRequest(packet);
  if (request.op !== 'symlink') return packet;
  const turned = encodeRequest(request.id, { op: 'symlink', path: request.to, to: request.path });
  return new Packet([turned], packet.type, turned.length);
}
