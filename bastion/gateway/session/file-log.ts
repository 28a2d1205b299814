// The two places where what is done to files is written down: the recording's files track, at once and in full, and the
// evidence log, in batches and summed up. Used by whatever moves files, sftp and the old scp alike.

import {
  type Closing,
  type FileOperation,
  type RecordedPath,
  recordedPath,
  type Subject,
} from '../../../recordings/format/file-operation.ts';
import type { OpenRecording } from '../../../recordings/write/open-recording.ts';
import type { FileEvidence } from '../../link/file-evidence.ts';
import type { FileEvidenceQueue } from './file-evidence-queue.ts';

/** As long as a path can be. */
const MOST_PATH_BYTES = 4096;

export class FileLog {
  readonly #recording: Pick<OpenRecording, 'file'>;
  readonly #evidence: FileEvidenceQueue;
  #last = 0;

  constructor(recording: Pick<OpenRecording, 'file'>, evidence: FileEvidenceQueue) {
    this.#recording = recording;
    this.#evidence = evidence;
  }

  /** A number for the next thing that is asked. */
  next(): number {
    this.#last += 1;
    return this.#last;
  }

  /** Resolves when it is in the recording: only then may it be passed on. */
  asked(n: number, subject: Subject): Promise<void> {
    return this.#recording.file({ what: 'asked', n, ...subject });
  }

  answered(n: number, code: number): void {
    this.#note({ what: 'answered', n, code });
  }

  refused(n: number, subject: Subject, code: number, why: string): void {
    this.#note({ what: 'refused', n, code, why, ...subject });
    const { op, path, to } = subject;
    const details = { n, op, code, why, ...(path && { path }), ...(to && { to }) };
    this.#evidence.add({ type: 'file.refused', details });
  }

  /** `code`: null where no answer came. */
  opened(n: number, path: RecordedPath, flags: readonly string[], code: number | null): void {
    this.#evidence.add({ type: 'file.opened', details: { n, path, flags: [...flags], code } });
  }

  changed(n: number, { op, path, to }: Subject, code: number | null): void {
    if (path === undefined) return;
    this.#evidence.add({ type: 'file.changed', details: { n, op, path, code, ...(to && { to }) } });
  }

  /** Resolves when it is in the recording. */
  moved(of: number, direction: 'read' | 'written', ranges: readonly (readonly [number, number])[]): Promise<void> {
    if (ranges.length === 0) return Promise.resolve();
    return this.#recording.file({ what: 'moved', of, direction, ranges });
  }

  /** A folder's closing is in the recording only. */
  closed(of: number, path: RecordedPath | undefined, closing: Closing): void {
    this.#note({ what: 'closed', of, ...closing });
    if (path === undefined) return;
    const { complete, read, written, size, hashed, sha256, from, bytes, why } = closing;
    const details = { n: of, path, complete, read, written, size, hashed, sha256, from, bytes, why };
    this.#evidence.add({ type: 'file.closed', details });
  }

  notUnderstood(why: string): void {
    this.#note({ what: 'not-understood', why });
  }

  pressure(): Promise<void> | undefined {
    return this.#evidence.pressure();
  }

  /** Resolves when the evidence log has everything. */
  settle(): Promise<void> {
    return this.#evidence.settle();
  }

  // Not waited for: a recording that fails ends the session by itself.
  #note(operation: FileOperation): void {
    this.#recording.file(operation).catch(() => undefined);
  }
}

/** A name fit for record and evidence, whatever a client made up. */
export function named(path: Buffer): RecordedPath {
  return recordedPath(path.subarray(0, MOST_PATH_BYTES));
}

export type { FileEvidence };
