// Turns payloads into the frames of one track, in order. It owns the sequence number, and with it the nonce: what it
// has sealed must be written as it is or the track must end there; sealing again would repeat a nonce.

import { createCipheriv, createSecretKey, hash, type KeyObject } from 'node:crypto';
import type { Secret } from '../../store/core/secret.ts';
import { FRAME_HEAD_BYTES, type FrameKind, frameBytes, nonceOf, writeFrameHead } from './frame.ts';
import { HASH_BYTES, TAG_BYTES } from './track.ts';

export class FrameSealer {
  readonly #key: KeyObject;
  readonly #headerHash: Buffer;
  #head: Buffer;
  #sequence = 0;

  constructor(dataKey: Secret, headerHash: Buffer) {
    this.#key = createSecretKey(dataKey.reveal());
    this.#headerHash = headerHash;
    this.#head = headerHash;
  }

  /** The chain's value after the last sealed frame. */
  get head(): Buffer {
    return this.#head;
  }

  /** How many frames were sealed. */
  get frames(): number {
    return this.#sequence;
  }

  /** The bytes of the next frame. `payload` has at most 64 KiB; `compressed` is one zstd frame of it, and shorter. */
  seal(kind: FrameKind, microseconds: number, payload: Buffer, compressed?: Buffer): Buffer {
    const plain = compressed ?? payload;
    const sealed = plain.length + TAG_BYTES;
    // The chain value before it stands in front, so that one call hashes what the chain covers.
    const bytes = Buffer.allocUnsafe(HASH_BYTES + frameBytes(sealed));
    this.#head.copy(bytes, 0);
    const sequence = this.#sequence;
    writeFrameHead(bytes, HASH_BYTES, {
      sealed,
      kind,
      compressed: compressed !== undefined,
      sequence,
      microseconds,
    });
    const body = HASH_BYTES + FRAME_HEAD_BYTES;
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonceOf(sequence));
    cipher.setAAD(Buffer.concat([bytes.subarray(HASH_BYTES, body), this.#headerHash]));
    cipher.update(plain).copy(bytes, body);
    cipher.final();
    cipher.getAuthTag().copy(bytes, body + plain.length);
    const head = hash('sha256', bytes.subarray(0, body + sealed), 'buffer');
    head.copy(bytes, body + sealed);
    this.#head = head;
    this.#sequence += 1;
    return bytes.subarray(HASH_BYTES);
  }
}
