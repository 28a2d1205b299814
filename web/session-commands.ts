// The commands of a session. Reading them is replaying: it takes a permit, which is an evidence event. A command that was
// given without a shell is what the client asked for; on a terminal it may be a shell, so the screen is read as well.

import type { PermitReplay } from '../approvals/access/replay-permit.ts';
import type { AuthenticatedUser } from '../identity/login/authenticated-user.ts';
import type { Command } from '../recordings/commands/command.ts';
import { picturePath } from '../recordings/picture/picture-file.ts';
import { recordedCommands } from '../recordings/search/recorded-commands.ts';
import { recordingDirectory } from '../recordings/storage/recording-directory.ts';
import { unwrapTrackKey } from '../recordings/storage/recording-keys.ts';
import type { Secret } from '../store/core/secret.ts';
import type { CommandLog, CommandRow } from './contract/commands.ts';

export interface SessionCommands {
  /** Those begun at `since` milliseconds or later. */
  list(user: AuthenticatedUser, session: string, since: number): Promise<CommandLog>;
}

const MOST_ROWS = 5000;

export function createSessionCommands(uses: {
  readonly permit: PermitReplay;
  /** The folders of all recordings, and of what is made of them. */
  readonly root: string;
  readonly derived: string;
  readonly recordsKey: Secret;
}): SessionCommands {
  const { permit, root, derived, recordsKey } = uses;
  return {
    async list(user, id, since) {
      const { session } = await permit(user, id);
      const first = session.command === null ? [] : [asked(session.command)];
      const [directory, picture] = [recordingDirectory(root, session.id), picturePath(derived, session.id)];
      const read = await recordedCommands(directory, picture, (header) => unwrapTrackKey(recordsKey, header));
      return { ...pageOf([...first, ...(read ?? []).map(rowOf)], since), ready: read !== undefined };
    },
  };
}

function pageOf(rows: readonly CommandRow[], since: number): CommandLog {
  const wanted = rows.filter(({ at }) => at >= since);
  return { ready: true, commands: wanted.slice(0, MOST_ROWS), more: wanted.length > MOST_ROWS };
}

function asked(command: string): CommandRow {
  return { at: 0, prompt: '', text: command, keys: 0, confidence: 'exact' };
}

function rowOf({ at, prompt, text, keys, confidence }: Command): CommandRow {
  return { at, prompt, text, keys, confidence };
}
