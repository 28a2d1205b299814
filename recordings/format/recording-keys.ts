// The data keys of one recording and, for each, the capsules that stand in the track's header: one per recipient who
// can get the key back. Made by the controller, carried over the link, used by the writer.

import { Secret } from '../../store/core/secret.ts';
import { KEY_BYTES, type TrackName } from './track.ts';

/** The data key wrapped for one recipient. `capsule` is standard base64; what is inside depends on `to`. */
export interface Recipient {
  /** `records-key`, or `custodian-terms` and `custodian:<age recipient>`: see FORMAT.md, "Keys". */
  readonly to: string;
  readonly capsule: string;
}

export interface TrackKey {
  /** 256 random bits that seal this one track and nothing else. */
  readonly dataKey: Secret;
  readonly recipients: readonly Recipient[];
}

export type RecordingKeys = { readonly [track in TrackName]: TrackKey };

/** What travels over the link: the same with the data keys as base64. It is secret. */
export type RecordingKeysMessage = {
  readonly [track in TrackName]: { readonly dataKey: string; readonly recipients: readonly Recipient[] };
};

export function recordingKeysMessage(keys: RecordingKeys): RecordingKeysMessage {
  const message = ({ dataKey, recipients }: TrackKey) => ({
    dataKey: dataKey.reveal().toString('base64'),
    recipients,
  });
  return { screen: message(keys.screen), keys: message(keys.keys), files: message(keys.files) };
}

/** Throws when a data key has not exactly 256 bits. */
export function recordingKeysOf(message: RecordingKeysMessage): RecordingKeys {
  const keyOf = ({ dataKey, recipients }: RecordingKeysMessage['screen']): TrackKey => {
    const bytes = Buffer.from(dataKey, 'base64');
    if (bytes.length !== KEY_BYTES) throw new RangeError(`expected a key of ${KEY_BYTES} bytes, got ${bytes.length}`);
    return { dataKey: Secret.ofBytes(bytes), recipients };
  };
  return { screen: keyOf(message.screen), keys: keyOf(message.keys), files: keyOf(message.files) };
}
