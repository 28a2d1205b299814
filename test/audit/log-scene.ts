// An evidence log with its files, for tests of what is read from them.

import { generateKeyPairSync } from 'node:crypto';
import { join } from 'node:path';
import { createEvidenceLog } from '../../audit/append.ts';
import { openEvidenceFolder } from '../../audit/evidence-folder.ts';
import { createLogProofs } from '../../audit/log-proofs.ts';
import { openEvidencePublisher } from '../../audit/publisher.ts';
import { createLogSigner, parseVerifierKey, type VerifierKey } from '../../audit/signed-note.ts';
import { type VerifyLogInput, verifyLog } from '../../audit/verify-log.ts';
import { silentLogger } from '../../store/core/logger.ts';
import { openDatabase } from '../../store/database.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

export type LogScene = Awaited<ReturnType<typeof logScene>>;

/** `leaves` are published already. */
export async function logScene(leaves = 0, privateKey = generateKeyPairSync('ed25519').privateKey) {
  const [root, clock] = [temporaryFolder(), new ManualClock()];
  const [directory, signer] = [join(root, 'evidence'), createLogSigner('sluice/test', privateKey)];
  const database = await openDatabase({ kind: 'sqlite', file: join(root, 'sluice.db') });
  const { append } = createEvidenceLog({ clock, origin: signer.name });
  const folder = openEvidenceFolder(directory);
  const publisher = await openEvidencePublisher({ database, folder, signer, clock, logger: silentLogger });
  const grow = async (count: number): Promise<string> => {
    await database.transaction(async (tx) => {
      for (let nth = 0; nth < count; nth += 1) {
        await append(tx, { type: 'system.started', actor: { kind: 'system' }, details: { version: String(nth) } });
      }
    });
    await publisher.flush();
    return publisher.checkpoint() ?? '';
  };
  if (leaves > 0) await grow(leaves - 1);
  return {
    root,
    directory,
    clock,
    database,
    append,
    folder,
    publisher,
    privateKey,
    signer,
    key: keyOf(signer.verifierKey),
    proofs: createLogProofs({ database, folder, publisher }),
    grow,
    verify: (trust: Partial<VerifyLogInput> = {}) =>
      verifyLog({ directory, verifierKey: signer.verifierKey, ...trust }),
    async close() {
      await publisher.stop();
      await database.close();
    },
  };
}

export function keyOf(text: string): VerifierKey {
  const key = parseVerifierKey(text);
  if (key === undefined) throw new Error(`expected a verifier key, got ${text}`);
  return key;
}
