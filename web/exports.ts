// Exports of recordings: what may be asked for, and the file once somebody else has agreed. The file streams as the
// recording is read; that it was downloaded is in the evidence before its first byte.

import { Readable } from 'node:stream';
import type { SessionView } from '../approvals/access/session-log.ts';
import { isRecordUse, type RecordUse } from '../approvals/records/record-use.ts';
import type { RecordRequests } from '../approvals/records/service.ts';
import type { RecordRequestView } from '../approvals/records/view.ts';
import type { AuthenticatedUser } from '../identity/login/authenticated-user.ts';
import type { Command } from '../recordings/commands/command.ts';
import type { ListedCommand } from '../recordings/export/command-list.ts';
import { EXPORT_FORMATS, type ExportWish, exportRecording } from '../recordings/export/export-recording.ts';
import type { TrackHeader } from '../recordings/format/header.ts';
import { picturePath } from '../recordings/picture/picture-file.ts';
import { readCommands } from '../recordings/picture/seek.ts';
import { recordingDirectory, trackPath } from '../recordings/storage/recording-directory.ts';
import { unwrapTrackKey } from '../recordings/storage/recording-keys.ts';
import { measureTrack } from '../recordings/verify/measure-track.ts';
import type { Json } from '../store/core/canonical-json.ts';
import type { SessionId } from '../store/core/ids.ts';
import { defineRefusal, type Sentence } from '../store/core/refusal.ts';
import type { Secret } from '../store/core/secret.ts';
import type { ExportBody } from './contract/record-requests.ts';

export interface ExportedFile {
  readonly name: string;
  readonly mediaType: string;
  readonly content: Readable;
}

export interface Exports {
  ask(user: AuthenticatedUser, session: string, body: ExportBody): Promise<RecordRequestView>;
  /** Uses the approval up. */
  download(user: AuthenticatedUser, request: string): Promise<ExportedFile>;
}

export const recordingMissing = defineRefusal('export.no-recording', 'unavailable', () => ({
  zh: '这个会话的录像不在或头部已损坏，无法导出',
  en: 'the recording of this session is missing or its header is broken; nothing can be exported',
}));

export function createExports(uses: {
  readonly requests: RecordRequests;
  /** The folder of all recordings. */
  readonly root: string;
  readonly recordsKey: Secret;
  readonly timeZone: string;
  /** The folder of what is made of recordings. */
  readonly derived: string;
}): Exports {
  const { requests, root, recordsKey, timeZone, derived } = uses;
  /** Undefined while that is not done. */
  const readOff = async (session: SessionId, header: TrackHeader | undefined) =>
    header && readCommands(picturePath(derived, session), unwrapTrackKey(recordsKey, header));
  return {
    ask: (user, session, { reason, ...terms }) => requests.ask(user, session, { kind: 'export', terms, reason }),
    async download(user, id) {
      const use = await requests.use(user, 'export', id);
      if (!isRecordUse(use)) throw new Error('expected an approval that is being used');
      const { session, request } = use;
      const wish = wishOf(use, timeZone);
      const directory = recordingDirectory(root, session.id);
      const screen = await measureTrack(trackPath(directory, 'screen')).catch(ifMissing);
      if (screen?.header === undefined) throw recordingMissing();
      const pieces = exportRecording(
        {
          directory,
          unwrap: (header) => unwrapTrackKey(recordsKey, header),
          commands: commandsOf(
            session,
            screen.header.terminal !== null,
            () => readOff(session.id, screen.header),
            wish.language,
          ),
        },
        {
          id: session.id,
          title: `${session.ticket.number} ${session.account.displayName} ${session.login}@${session.target}`,
          startedAt: screen.header.created,
          ended: session.endedAt !== null,
          command: session.command,
          terminal: screen.header.terminal,
        },
        wish,
      );
      const { extension, mediaType } = EXPORT_FORMATS[wish.format];
      return { name: `${request.session}.${extension}`, mediaType, content: Readable.from(pieces) };
    },
  };
}

/** What was approved, as it was written down; the API checked it when it was asked for. */
function wishOf({ request }: RecordUse, timeZone: string): ExportWish {
  const { format, encoding, language } = request.terms as { readonly [name: string]: Json };
  const formats = Object.keys(EXPORT_FORMATS) as ExportWish['format'][];
  const known = formats.find((each) => each === format);
  if (known === undefined) throw new Error(`expected a format of exports, got ${JSON.stringify(format)}`);
  return {
    format: known,
    encoding: encoding === 'gb18030' ? 'gb18030' : 'utf-8',
    language: language === 'en' ? 'en' : 'zh',
    timeZone,
  };
}

/** A command that was asked for as one is known exactly; it may be a shell, so the screen is read as well. */
async function* commandsOf(
  session: SessionView,
  onTerminal: boolean,
  readOff: () => Promise<readonly Command[] | undefined>,
  language: ExportWish['language'],
): AsyncGenerator<ListedCommand> {
  if (session.command !== null) yield { at: 0, text: session.command, confidence: 'exact', offset: 0 };
  if (!onTerminal) return;
  const commands = await readOff();
  // A list without a row would say that nothing was given.
  if (commands === undefined) yield { at: 0, text: NOT_READ[language], confidence: 'not-read', offset: 0 };
  for (const { at, text, keys, confidence, output } of commands ?? []) {
    yield { at, text: text ?? hiddenText(keys)[language], confidence, offset: output.from };
  }
}

const NOT_READ = { zh: '（命令尚未从画面中读出）', en: '(the commands have not been read off the screen yet)' };

function hiddenText(keys: number): Sentence {
  return { zh: `（未显示的输入，${keys} 个键）`, en: `(hidden, ${keys} keys)` };
}

function ifMissing(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
  throw error;
}
