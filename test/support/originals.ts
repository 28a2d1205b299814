// What an installation holds of originals, for tests to look at.

import type { Item } from '../../approvals/originals/manifest.ts';
import { loadKeys } from '../../bastion/cli/data-folder.ts';
import { createFilesStore } from '../../recordings/files-store/files-store.ts';
import { systemStoreDisk } from '../../recordings/files-store/store-disk.ts';
import { evidence } from './evidence.ts';
import { PASSWORD, type TestInstallation } from './installation.ts';
import { ssh } from './openssh.ts';

/** A command of the engineer's, to its end. */
export async function command(site: TestInstallation, line: string, env: Record<string, string> = {}) {
  const answers = { password: PASSWORD, code: site.code('engineer') };
  const { code, stdout, stderr } = await ssh(
    ['-o', 'SendEnv=LANG', '-p', String(site.sshPort), 'engineer@127.0.0.1', line],
    answers,
    env,
  ).exit;
  return { code, stdout: stdout.toString(), stderr: stderr.toString() };
}

/** The bytes that the store has under that hash. */
export async function storedBytes(site: TestInstallation, sha256: string): Promise<Buffer> {
  const { folder } = site;
  const store = createFilesStore({ root: folder.files, recordsKey: loadKeys(folder).records, disk: systemStoreDisk });
  const pieces: Buffer[] = [];
  for await (const piece of store.get(sha256)) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** Every item that the evidence log lists, from that leaf on. */
export async function listedItems(site: TestInstallation, from = 0): Promise<readonly Item[]> {
  const events = (await evidence(site, from)).filter(({ type }) => type === 'originals.listed');
  return events.flatMap(({ details }) => details.items as readonly Item[]);
}
