// Makes the data keys of a recording and gets them back: each is 256 random bits, wrapped for the installation's
// records key; that of what was typed for custodians instead, where there are any. Runs in the controller only; the
// gateway receives data keys, never the records key.

import { randomBytes } from 'node:crypto';
import type { Json } from '../../store/core/canonical-json.ts';
import type { SessionId } from '../../store/core/ids.ts';
import { defineRefusal } from '../../store/core/refusal.ts';
import { Secret } from '../../store/core/secret.ts';
import type { TrackHeader } from '../format/header.ts';
import type { RecordingKeys, TrackKey } from '../format/recording-keys.ts';
import { FORMAT_VERSION, KEY_BYTES, type TrackName } from '../format/track.ts';
import { type CustodianSet, sealToCustodians } from './custodian-seal.ts';
import { unwrap, wrap } from './wrap.ts';

export const RECORDS_KEY_RECIPIENT = 'records-key';

/** The header names no recipient this records key can open, or the capsule was made for another track or key. */
export const recordingKeyRefused = defineRefusal<{ track: TrackName }>('recording.key', 'unavailable', ({ track }) => ({
  zh: `录像密钥无法打开 ${track} 轨道`,
  en: `the records key does not open the ${track} track`,
}));

/** Fresh data keys for one session. `recordsKey` has 256 bits. Without custodians it opens what was typed, too. */
export async function createRecordingKeys(
  recordsKey: Secret,
  session: SessionId,
  custodians: CustodianSet | null,
): Promise<RecordingKeys> {
  const key = (track: TrackName): TrackKey => createTrackKey(recordsKey, session, track);
  return { screen: key('screen'), keys: await typedKey(recordsKey, session, custodians), files: key('files') };
}

/** Whether the records key opens that track by itself. */
export function opensWithRecordsKey({ recipients }: Pick<TrackHeader, 'recipients'>): boolean {
  return recipients.some(({ to }) => to === RECORDS_KEY_RECIPIENT);
}

/** The data key of the track that has this header. Throws `recording.key`. */
export function unwrapTrackKey(recordsKey: Secret, { session, track, recipients }: TrackHeader): Secret {
  for (const { to, capsule } of recipients) {
    if (to !== RECORDS_KEY_RECIPIENT) continue;
    const dataKey = unwrap(recordsKey, Buffer.from(capsule, 'base64'), boundTo(session, track));
    if (dataKey?.length === KEY_BYTES) return Secret.ofBytes(dataKey);
  }
  throw recordingKeyRefused({ track });
}

async function typedKey(recordsKey: Secret, session: SessionId, custodians: CustodianSet | null): Promise<TrackKey> {
  if (custodians === null) return createTrackKey(recordsKey, session, 'keys');
  const dataKey = Secret.ofBytes(randomBytes(KEY_BYTES));
  return { dataKey, recipients: await sealToCustodians(recordsKey, session, dataKey, custodians) };
}

function createTrackKey(recordsKey: Secret, session: SessionId, track: TrackName): TrackKey {
  const dataKey = randomBytes(KEY_BYTES);
  const capsule = wrap(recordsKey, dataKey, boundTo(session, track)).toString('base64');
  return { dataKey: Secret.ofBytes(dataKey), recipients: [{ to: RECORDS_KEY_RECIPIENT, capsule }] };
}

/** A capsule moved into another session's or track's header does not open. */
function boundTo(session: SessionId, track: TrackName): Json {
  return { purpose: 'sluice recording key', session, track, version: FORMAT_VERSION };
}
