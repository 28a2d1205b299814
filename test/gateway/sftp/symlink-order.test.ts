import { expect, test } from 'vitest';
import { string, u32 } from '../../../bastion/gateway/sftp/fields.ts';
import { Packet } from '../../../bastion/gateway/sftp/packet-reader.ts';
import { REQUEST_TYPES } from '../../../bastion/gateway/sftp/protocol.ts';
import { encodeRequest, parseRequest } from '../../../bastion/gateway/sftp/request.ts';
import { SftpProblem } from '../../../bastion/gateway/sftp/sftp-problem.ts';
import { namesLinkFirst, targetFirst } from '../../../bastion/gateway/sftp/symlink-order.ts';

test.each([
  ['WinSCP_release_6.3.6', true],
  ['AsyncSSH_2.10.1', true],
  ['libssh_0.11.1', true],
  ['libssh-0.7.3', true],
  ['libssh2_1.11.0', false],
  ['OpenSSH_9.2p1', false],
  ['PuTTY_Release_0.78', false],
  ['paramiko_2.12.0', false],
  ['Go', false],
  ['not WinSCP_release', false],
  ['', false],
])('%j names the link first: %j', (software, expected) => {
  expect(namesLinkFirst(software)).toBe(expected);
});

const packetOf = (bytes: Buffer) => new Packet([bytes], bytes[4] ?? 0, bytes.length);

test('the names of a new link are turned round, and nothing else is', () => {
  const link = encodeRequest(7, { op: 'symlink', path: Buffer.from('one'), to: Buffer.from('other') });
  expect(parseRequest(targetFirst(packetOf(link)))).toEqual({
    id: 7,
    op: 'symlink',
    path: Buffer.from('other'),
    to: Buffer.from('one'),
  });
  const rename = packetOf(encodeRequest(8, { op: 'rename', path: Buffer.from('one'), to: Buffer.from('other') }));
  expect(targetFirst(rename)).toBe(rename);
  const short = Buffer.concat([u32(11), Buffer.from([REQUEST_TYPES.symlink]), u32(1), string('ab')]);
  expect(() => targetFirst(packetOf(short))).toThrow(SftpProblem);
});
