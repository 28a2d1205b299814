// Gets a frame's payload back with the track's data key.

import { createDecipheriv, createSecretKey, type KeyObject } from 'node:crypto';
import { zstdDecompressSync } from 'node:zlib';
import type { Secret } from '../../store/core/secret.ts';
import { FRAME_HEAD_BYTES, MOST_PAYLOAD_BYTES, nonceOf } from './frame.ts';
import { TAG_BYTES } from './track.ts';
import type { ScannedFrame } from './track-scanner.ts';

export class FrameOpener {
  readonly #key: KeyObject;
  readonly #headerHash: Buffer;

  constructor(dataKey: Secret, headerHash: Buffer) {
    this.#key = createSecretKey(dataKey.reveal());
    this.#headerHash = headerHash;
  }

  /** Undefined when the key is not this track's or the frame is not what was sealed. */
  open({ head, bytes }: ScannedFrame): Buffer | undefined {
    const body = bytes.subarray(FRAME_HEAD_BYTES, FRAME_HEAD_BYTES + head.sealed);
    const decipher = createDecipheriv('aes-256-gcm', this.#key, nonceOf(head.sequence), { authTagLength: TAG_BYTES });
    decipher.setAAD(Buffer.concat([bytes.subarray(0, FRAME_HEAD_BYTES), this.#headerHash]));
    decipher.setAuthTag(body.subarray(head.sealed - TAG_BYTES));
    const plain = decipher.update(body.subarray(0, head.sealed - TAG_BYTES));
    try {
      decipher.final();
      // The limit stops a small frame that would unfold into gigabytes.
      return head.compressed ? zstdDecompressSync(plain, { maxOutputLength: MOST_PAYLOAD_BYTES }) : plain;
    } catch {
      return undefined;
    }
  }
}
