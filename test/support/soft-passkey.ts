// An authenticator made of software: real keys, real signatures, and every lie a real one would never tell.

import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import type { PasskeyAnswer, PasskeyMade } from '../../identity/login/passkey-answer.ts';
import type { PasskeySite } from '../../identity/login/passkey-challenges.ts';

export const SITE = { id: 'sluice.example', origin: 'https://sluice.example' } as const;

interface Question {
  readonly attempt: string;
  readonly challenge: string;
}

/** What a lie is about; the truth is left out. */
export interface Lie {
  readonly origin?: string;
  readonly rpId?: string;
  readonly challenge?: string;
  readonly type?: string;
  readonly crossOrigin?: boolean;
  /** UP is bit 0, UV bit 2. */
  readonly flags?: number;
  readonly counter?: number;
  readonly userHandle?: string | null;
  readonly credential?: string;
  /** Signs with a key that nobody registered. */
  readonly key?: KeyObject;
}

const UP = 1;
const UV = 4;
const ATTESTED = 64;

export class SoftPasskey {
  readonly credential = randomBytes(32).toString('base64url');
  readonly #pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  readonly #account: string;
  readonly #site: PasskeySite;
  /** One more with each answer; 0 for ever where it does not count. */
  #counter: number;
  readonly #counts: boolean;

  constructor(account: string, { site = SITE, counts = true }: { site?: PasskeySite; counts?: boolean } = {}) {
    this.#account = account;
    this.#site = site;
    this.#counts = counts;
    this.#counter = 0;
  }

  make({ attempt, challenge }: Question, lie: Lie = {}): PasskeyMade {
    const id = Buffer.from(this.credential, 'base64url');
    const length = Buffer.alloc(2);
    length.writeUInt16BE(id.length);
    const authData = Buffer.concat([
      this.#head(lie.flags ?? UP | UV | ATTESTED, lie),
      Buffer.alloc(16),
      length,
      id,
      this.#coseKey(),
    ]);
    const attestation = Buffer.concat([
      Buffer.from([0xa3]),
      text('fmt'),
      text('none'),
      text('attStmt'),
      Buffer.from([0xa0]),
      text('authData'),
      bytes(authData),
    ]);
    return {
      attempt,
      credential: lie.credential ?? this.credential,
      clientData: this.#clientData('webauthn.create', challenge, lie),
      attestation: attestation.toString('base64url'),
      transports: ['internal'],
      discoverable: true,
    };
  }

  answer({ attempt, challenge }: Question, lie: Lie = {}): PasskeyAnswer {
    if (this.#counts) this.#counter += 1;
    const authData = this.#head(lie.flags ?? UP | UV, lie);
    const clientData = this.#clientData('webauthn.get', challenge, lie);
    const signed = Buffer.concat([authData, sha256(Buffer.from(clientData, 'base64url'))]);
    return {
      attempt,
      credential: lie.credential ?? this.credential,
      clientData,
      authenticatorData: authData.toString('base64url'),
      signature: sign('sha256', signed, lie.key ?? this.#pair.privateKey).toString('base64url'),
      userHandle: lie.userHandle === undefined ? Buffer.from(this.#account).toString('base64url') : lie.userHandle,
    };
  }

  #clientData(type: string, challenge: string, lie: Lie): string {
    const data = {
      type: lie.type ?? type,
      challenge: lie.challenge ?? challenge,
      origin: lie.origin ?? this.#site.origin,
      crossOrigin: lie.crossOrigin ?? false,
    };
    return Buffer.from(JSON.stringify(data)).toString('base64url');
  }

  #head(flags: number, lie: Lie): Buffer {
    const counter = Buffer.alloc(4);
    counter.writeUInt32BE(lie.counter ?? this.#counter);
    return Buffer.concat([sha256(Buffer.from(lie.rpId ?? this.#site.id)), Buffer.from([flags]), counter]);
  }

  /** COSE_Key of an ES256 key (RFC 9053 § 7.1.1): {1: 2, 3: -7, -1: 1, -2: x, -3: y}. */
  #coseKey(): Buffer {
    const { x = '', y = '' } = this.#pair.publicKey.export({ format: 'jwk' });
    const start = Buffer.from([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01]);
    const coordinate = (label: number, value: string) =>
      Buffer.concat([Buffer.from([label]), bytes(Buffer.from(value, 'base64url'))]);
    return Buffer.concat([start, coordinate(0x21, x), coordinate(0x22, y)]);
  }
}

function sha256(data: Buffer): Buffer {
  return createHash('sha256').update(data).digest();
}

/** CBOR (RFC 8949) of short texts and of byte strings below 64 KiB. */
function text(value: string): Buffer {
  return Buffer.concat([Buffer.from([0x60 | value.length]), Buffer.from(value)]);
}

function bytes(value: Buffer): Buffer {
  const head = value.length < 256 ? [0x58, value.length] : [0x59, value.length >> 8, value.length & 255];
  return Buffer.concat([Buffer.from(head), value]);
}
