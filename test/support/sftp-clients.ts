// OpenSSH's sftp and scp as the engineer of an installation, and what record and evidence say about it afterwards.

import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadKeys } from '../../bastion/cli/data-folder.ts';
import type { FileOperation } from '../../recordings/format/file-operation.ts';
import { readTrack } from '../../recordings/read/read-track.ts';
import { unwrapTrackKey } from '../../recordings/storage/recording-keys.ts';
import { evidence, type LoggedEvent } from './evidence.ts';
import { PASSWORD, type TestInstallation } from './installation.ts';
import { run } from './openssh.ts';

const folder = mkdtempSync(join(tmpdir(), 'sluice-sftp-'));

export interface ClientRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the lines as a batch; a line that starts with `-` may fail. */
export async function sftp(site: TestInstallation, lines: readonly (string | Buffer)[]): Promise<ClientRun> {
  const batch = join(folder, 'batch');
  writeFileSync(batch, Buffer.concat(lines.flatMap((line) => [Buffer.from(line), Buffer.from('\n')])));
  // Batches ask nothing of themselves; said first, this wins.
  const args = ['-oBatchMode=no', '-b', batch, '-P', String(site.sshPort), 'engineer@127.0.0.1'];
  return text(await run('sftp', args, answers(site)).exit);
}

/** A path that starts with a colon is on the target. */
export async function scp(site: TestInstallation, args: readonly string[]): Promise<ClientRun> {
  const placed = args.map((arg) => (arg.startsWith(':') ? `engineer@127.0.0.1${arg}` : arg));
  return text(await run('scp', ['-P', String(site.sshPort), ...placed], answers(site)).exit);
}

function answers(site: TestInstallation) {
  return { password: PASSWORD, code: site.code('engineer') };
}

function text({ code, stdout, stderr }: { code: number | null; stdout: Buffer; stderr: Buffer }): ClientRun {
  return { code, stdout: stdout.toString(), stderr: stderr.toString() };
}

/** The newest session, once it has ended. */
export async function lastSession(site: TestInstallation): Promise<{ readonly id: string; readonly kind: string }> {
  const auditor = await site.signIn('auditor');
  for (;;) {
    const [session] = await site.running.services.sessionLog.list(auditor, {});
    if (session === undefined) throw new Error('expected a session, found none');
    if (session.endedAt !== null) return session;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

type Loose = FileOperation & { readonly op?: string };

export async function fileOperations(site: TestInstallation, session: string): Promise<readonly Loose[]> {
  const key = loadKeys(site.folder).records;
  const operations: Loose[] = [];
  const path = join(site.folder.recordings, session, 'files.track');
  for await (const event of readTrack(path, (header) => unwrapTrackKey(key, header))) {
    if (event.kind === 'file') operations.push(event.operation);
    if (event.kind === 'file-end' && event.how !== 'complete')
      throw new Error(`expected a whole track, got ${event.how}`);
  }
  return operations;
}

/** What the evidence log says of one session, in order. */
export async function evidenceOf(site: TestInstallation, session: string): Promise<readonly LoggedEvent[]> {
  return (await evidence(site)).filter(({ details }) => details.session === session);
}

/** The closed files of a session as the evidence has them; the record says the same. */
export async function closedFiles(site: TestInstallation, session: string) {
  return (await evidenceOf(site, session)).filter(({ type }) => type === 'file.closed').map(({ details }) => details);
}
