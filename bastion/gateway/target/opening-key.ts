// The gateway's own key for one dial: made in memory, never written, never sent, gone with the login. What it opens is
// said by a certificate that the controller makes for its public half. ssh2 reads no certificates; here is what it needs
// of one: a key that is offered as the certificate and signs as its plain key (PROTOCOL.certkeys of OpenSSH).

import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import ssh2, { type ParsedKey } from 'ssh2';

const ED25519 = 'ssh-ed25519';
const CERTIFICATE = 'ssh-ed25519-cert-v01@openssh.com';

export class OpeningKey {
  readonly #private: KeyObject;
  /** Wire form of the public half (RFC 8709 section 4). */
  readonly blob: Buffer;

  constructor() {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const { x = '' } = publicKey.export({ format: 'jwk' });
    this.#private = privateKey;
    this.blob = Buffer.concat([sshString(Buffer.from(ED25519)), sshString(Buffer.from(x, 'base64url'))]);
  }

  /** A key as ssh2 takes it. `certificate`: public key blob. Throws where it certifies something else than this key. */
  certified(certificate: Buffer): ParsedKey {
    if (!this.#isCertifiedBy(certificate)) throw new TypeError('expected a certificate of the key that was sent');
    // What ssh2 makes of the public half carries the mark by which it knows its own keys.
    const plain = ssh2.utils.parseKey(`${ED25519} ${this.blob.toString('base64')}`);
    if (plain instanceof Error) throw plain;
    return Object.create(plain, {
      type: { value: CERTIFICATE },
      getPublicSSH: { value: () => certificate },
      isPrivateKey: { value: () => true },
      sign: { value: (bytes: Buffer) => sign(null, bytes, this.#private) },
    });
  }

  /** Algorithm, nonce, then the certified key. */
  #isCertifiedBy(certificate: Buffer): boolean {
    const [algorithm, , point] = firstStrings(certificate, 3);
    return algorithm?.toString('latin1') === CERTIFICATE && point?.equals(this.blob.subarray(-32)) === true;
  }
}

function sshString(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

function firstStrings(bytes: Buffer, count: number): Buffer[] {
  const strings: Buffer[] = [];
  for (let at = 0; strings.length < count && at + 4 <= bytes.length; ) {
    const end = at + 4 + bytes.readUInt32BE(at);
    strings.push(bytes.subarray(at + 4, end));
    at = end;
  }
  return strings;
}
