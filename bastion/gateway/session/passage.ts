// How the bytes of a session pass between its two sides: a terminal and a command as they are, recorded both ways; sftp
// packet by packet, with what is done to files written down in place of the bytes.

import type { OpenRecording } from '../../../recordings/write/open-recording.ts';
import type { Clock } from '../../../store/core/clock.ts';
import type { ApprovedChannel, ToController } from '../../link/approved-channel.ts';
import type { Grant } from '../../link/methods.ts';
import { languageOf } from '../front/language.ts';
import { pump } from '../proxy/pump.ts';
import { SftpRelay } from '../sftp/relay.ts';
import type { DialRequest } from '../target/dial.ts';
import { FileEvidenceQueue } from './file-evidence-queue.ts';
import { FileLog } from './file-log.ts';
import type { ClientSide, TargetSide } from './sides.ts';

export interface Passage {
  /** Resolves when the client has said everything and the target has it, or when the session ended. */
  fromClient(): Promise<void>;
  /** Resolves when the target has said everything, or when the session ended. */
  fromTarget(): Promise<void>;
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
  readonly signal: AbortSignal;
  /** Something moved. */
  readonly touch: () => void;
  /** The evidence was not taken: the session has to end. */
  readonly onRefused: (error: unknown) => void;
}

/** Whether a session may move files, and so has a track for them. */
export function movesFiles({ kind }: Grant): boolean {
  return kind === 'sftp';
}

export function passageOf(parts: PassageParts): Passage {
  return parts.approved.grant.kind === 'sftp' ? sftpPassage(parts) : plainPassage(parts);
}

function plainPassage(parts: PassageParts): Passage {
  const { client, target, recording, signal, touch } = parts;
  return {
    async fromClient() {
      await pump({
        from: client.input,
        record: (bytes) => {
          touch();
          return recording.input(bytes);
        },
        to: target.input,
        pressure: () => target.pressure(),
        signal,
      });
      if (!signal.aborted) target.input.end();
    },
    async fromTarget() {
      await Promise.all([pumpOutput(parts), pumpErrors(parts)]);
    },
    settle: async () => {},
  };
}

function sftpPassage(parts: PassageParts): Passage {
  const { approved, controller, clock, recording, client, target, signal, touch, request } = parts;
  const { session, grant } = approved;
  if (grant.files === null) throw new TypeError('expected the terms of an sftp channel, got none');
  const evidence = new FileEvidenceQueue({ controller, session, clock, onRefused: parts.onRefused });
  const log = new FileLog(recording, evidence);
  const language = languageOf(request.env);
  const relay = new SftpRelay({ client, target, terms: grant.files, language, log, clock, signal, touch });
  return {
    fromClient: () => relay.fromClient(),
    async fromTarget() {
      await Promise.all([relay.fromTarget(), pumpErrors(parts)]);
    },
    settle: () => relay.settle(),
  };
}

function pumpOutput({ client, target, recording, signal, touch }: PassageParts): Promise<void> {
  return pump({
    from: target.output,
    record: (bytes) => {
      touch();
      return recording.output(bytes);
    },
    to: client.output,
    pressure: () => client.pressure(),
    signal,
  });
}

function pumpErrors({ client, target, recording, signal, touch }: PassageParts): Promise<void> {
  return pump({
    from: target.errorOutput,
    record: (bytes) => {
      touch();
      return recording.errorOutput(bytes);
    },
    to: client.errorOutput,
    pressure: () => client.pressure(),
    signal,
  });
}
