// Makes the data keys of a recording and gets them back: each is 256 random bits, wrapped for the installation's
// records key. Runs in the controller only; the gateway receives data keys, never the records key.

import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { canonicalJson } from '../../store/core/canonical-json.ts';
import type { SessionId } from '../../store/core/ids.ts';
import { defineRefusal } from '../../store/core/refusal.ts';
import { Secret } from '../../store/core/secret.ts';
import type { TrackHeader } from '../format/header.ts';
import type { RecordingKeys, TrackKey } from '../format/recording-keys.ts';
import { FORMAT_VERSION, KEY_BYTES, TAG_BYTES, type TrackName } from '../format/track.ts';

export const RECORDS_KEY_RECIPIENT = 'records-key';
const NONCE_BYTES = 12;

/** The header names no recipient this records key can open, or the capsule was made for another track or key. */
export const recordingKeyRefused = defineRefusal<{ track: TrackName }>('recording.key', 'unavailable', ({ track }) => ({
  zh: `录像密钥无法打开 ${track} 轨道`,
  en: `the records key does not open the ${track} track`,
}));

/** Fresh data keys for one session. `recordsKey` has 256 bits. */
export function createRecordingKeys(recordsKey: Secret, session: SessionId): RecordingKeys {
  const key = (track: TrackName): TrackKey => createTrackKey(recordsKey, session, track);
  return { screen: key('screen'), keys: key('keys'), files: key('files') };
}

/** The data key of the track that has this header. Throws `recording.key`. */
export function unwrapTrackKey(recordsKey: Secret, { session, track, recipients }: TrackHeader): Secret {
  for (const { to, capsule } of recipients) {
    if (to !== RECORDS_KEY_RECIPIENT) continue;
    const dataKey = unwrap(recordsKey, Buffer.from(capsule, 'base64'), boundTo(session, track));
    if (dataKey !== undefined) return Secret.ofBytes(dataKey);
  }
  throw recordingKeyRefused({ track });
}

function createTrackKey(recordsKey: Secret, session: SessionId, track: TrackName): TrackKey {
  const dataKey = randomBytes(KEY_BYTES);
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', recordsKey.reveal(), nonce).setAAD(boundTo(session, track));
  const sealed = Buffer.concat([nonce, cipher.update(dataKey), cipher.final(), cipher.getAuthTag()]);
  const recipients = [{ to: RECORDS_KEY_RECIPIENT, capsule: sealed.toString('base64') }];
  return { dataKey: Secret.ofBytes(dataKey), recipients };
}

function unwrap(recordsKey: Secret, capsule: Buffer, bound: Buffer): Buffer | undefined {
  if (capsule.length !== NONCE_BYTES + KEY_BYTES + TAG_BYTES) return undefined;
  const nonce = capsule.subarray(0, NONCE_BYTES);
  const decipher = createDecipheriv('aes-256-gcm', recordsKey.reveal(), nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(bound).setAuthTag(capsule.subarray(NONCE_BYTES + KEY_BYTES));
  const dataKey = decipher.update(capsule.subarray(NONCE_BYTES, NONCE_BYTES + KEY_BYTES));
  try {
    decipher.final();
    return dataKey;
  } catch {
    return undefined;
  }
}

/** A capsule moved into another session's or track's header does not open. */
function boundTo(session: SessionId, track: TrackName): Buffer {
  return Buffer.from(
    canonicalJson({ purpose: 'sluice recording key', session, track, version: FORMAT_VERSION }),
    'utf8',
  );
}
