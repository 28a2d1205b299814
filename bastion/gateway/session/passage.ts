// How the bytes of a session pass between its two sides: a terminal and a command as they are, recorded both ways, and
// an old scp besides heard for its files; sftp packet by packet, with what is done to files written down in place of
// the bytes.

import type { OpenRecording } from '../../../recordings/write/open-recording.ts';
import type { Clock } from '../../../store/core/clock.ts';
import { fileTransferOf } from '../../../store/core/file-transfer.ts';
import type { ApprovedChannel, ToController } from '../../link/approved-channel.ts';
import type { Grant } from '../../link/methods.ts';
import { languageOf } from '../front/language.ts';
import { pump } from '../proxy/pump.ts';
import { ScpRecord, type ScpRole } from '../scp/scp-record.ts';
import { SftpRelay } from '../sftp/relay.ts';
import type { DialRequest } from '../target/dial.ts';
import { FileEvidenceQueue } from './file-evidence-queue.ts';
import { FileLog } from './file-log.ts';
import type { ClientSide, TargetSide } from './sides.ts';
import { bothOpen, Valve } from './valve.ts';

export interface Passage {
  /** Resolves when the client has said everything and the target has it, or when the session ended. */
  fromClient(): Promise<void>;
  /** Resolves when the target has said everything, or when the session ended. */
  fromTarget(): Promise<void>;
  /** The window is over: nothing new begins. Calls `done` when nothing is under way that could finish. */
  finish(done: () => void): void;
  /** Both sides are closed: writes down what was left open. Never rejects. */
  settle(): Promise<void>;
}

export interface PassageParts {
  readonly approved: ApprovedChannel;
  readonly request: DialRequest;
  readonly client: ClientSide;
  readonly target: TargetSide;
  readonly recording: OpenRecording;
  readonly controller: ToController;
  readonly clock: Clock;
  /** While it is shut nothing passes either way. */
  readonly valve: Valve;
  readonly signal: AbortSignal;
  /** Something moved. */
  readonly touch: () => void;
  /** The evidence was not taken: the session has to end. */
  readonly onRefused: (error: unknown) => void;
}

/** Whether a session may move files, and so has a track for them. */
export function movesFiles(grant: Grant): boolean {
  return grant.kind === 'sftp' || scpRoleOf(grant) !== undefined;
}

export function passageOf(parts: PassageParts): Passage {
  const { grant } = parts.approved;
  if (grant.kind === 'sftp') return sftpPassage(parts);
  const role = scpRoleOf(grant);
  return role === undefined ? plainPassage(parts) : scpPassage(parts, role);
}

/** Of a command that is the far end of an old scp; undefined for all others. */
function scpRoleOf({ kind, command }: Grant): ScpRole | undefined {
  const transfer = kind === 'exec' && command !== null ? fileTransferOf(command) : undefined;
  if (transfer?.program !== 'scp' || transfer.rights.length !== 1) return undefined;
  return transfer.rights[0] === 'upload' ? 'receive' : 'send';
}

/** `heard`: besides the recording, who has to have written down what passes before it does. */
function plainPassage(parts: PassageParts, heard?: ScpRecord): Passage {
  const { client, target, recording, signal, touch } = parts;
  // A program that reads commands would begin something new with each; one that moves a file is fed by what comes in.
  const input = new Valve(true);
  const moves = fileTransferOf(parts.approved.grant.command ?? '') !== undefined;
  const valve = bothOpen(parts.valve, input);
  return {
    async fromClient() {
      await pump({
        from: client.input,
        record: (bytes) => {
          touch();
          return both(recording.input(bytes), heard?.fromClient(bytes));
        },
        to: target.input,
        pressure: () => target.pressure(),
        valve,
        signal,
      });
      await valve.opened(signal);
      if (!signal.aborted) target.input.end();
    },
    async fromTarget() {
      await Promise.all([pumpOutput(parts, heard), pumpErrors(parts)]);
    },
    finish: () => {
      if (!moves) input.set(false);
    },
    settle: async () => heard?.settle(),
  };
}

function scpPassage(parts: PassageParts, role: ScpRole): Passage {
  return plainPassage(parts, new ScpRecord(fileLogOf(parts), role));
}

function fileLogOf({ approved: { session }, controller, clock, recording, onRefused }: PassageParts): FileLog {
  return new FileLog(recording, new FileEvidenceQueue({ controller, session, clock, onRefused }));
}

async function both(one: Promise<void>, other: Promise<unknown> | undefined): Promise<void> {
  await (other === undefined ? one : Promise.all([one, other]));
}

function sftpPassage(parts: PassageParts): Passage {
  const { approved, clock, client, target, valve, signal, touch, request, controller, onRefused } = parts;
  const { grant, session } = approved;
  if (grant.files === null) throw new TypeError('expected the terms of an sftp channel, got none');
  const log = fileLogOf(parts);
  const language = languageOf(request.env);
  const originals = { controller, session, plan: grant.originals, onRefused };
  const terms = grant.files;
  const relay = new SftpRelay({ client, target, terms, language, log, originals, clock, valve, signal, touch });
  return {
    fromClient: () => relay.fromClient(),
    async fromTarget() {
      await Promise.all([relay.fromTarget(), pumpErrors(parts)]);
    },
    finish: (done) => relay.finish(done),
    settle: () => relay.settle(),
  };
}

function pumpOutput(
  { client, target, recording, valve, signal, touch }: PassageParts,
  heard: ScpRecord | undefined,
): Promise<void> {
  return pump({
    from: target.output,
    record: (bytes) => {
      touch();
      return both(recording.output(bytes), heard?.fromTarget(bytes));
    },
    to: client.output,
    pressure: () => client.pressure(),
    valve,
    signal,
  });
}

function pumpErrors({ client, target, recording, valve, signal, touch }: PassageParts): Promise<void> {
  return pump({
    from: target.errorOutput,
    record: (bytes) => {
      touch();
      return recording.errorOutput(bytes);
    },
    to: client.errorOutput,
    pressure: () => client.pressure(),
    valve,
    signal,
  });
}
