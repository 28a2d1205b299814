// The commands of a session for the search index: they are read while its picture is drawn, so that is waited for.

import { picturePath } from '../../recordings/picture/picture-file.ts';
import type { CommandsOf } from '../../recordings/search/indexer.ts';
import { recordedCommands } from '../../recordings/search/recorded-commands.ts';
import { recordingDirectory } from '../../recordings/storage/recording-directory.ts';
import { unwrapTrackKey } from '../../recordings/storage/recording-keys.ts';
import type { Secret } from '../../store/core/secret.ts';
import type { Pictures } from './pictures.ts';

export function commandsWhenDrawn(uses: {
  readonly pictures: Pick<Pictures, 'drawn'>;
  readonly root: string;
  readonly derived: string;
  readonly recordsKey: Secret;
}): CommandsOf {
  const { pictures, root, derived, recordsKey } = uses;
  return async (session, signal) => {
    const stopped = Promise.withResolvers<void>();
    const stop = (): void => stopped.resolve();
    signal?.addEventListener('abort', stop);
    await Promise.race([pictures.drawn(session), stopped.promise]);
    signal?.removeEventListener('abort', stop);
    const unwrap = (header: Parameters<typeof unwrapTrackKey>[1]) => unwrapTrackKey(recordsKey, header);
    return recordedCommands(recordingDirectory(root, session), picturePath(derived, session), unwrap);
  };
}
