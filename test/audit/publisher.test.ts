import { generateKeyPairSync } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { createEvidenceLog } from '../../audit/append.ts';
import { openEvidenceFolder } from '../../audit/evidence-folder.ts';
import { openEvidencePublisher } from '../../audit/publisher.ts';
import { createLogSigner } from '../../audit/signed-note.ts';
import { verifyLog } from '../../audit/verify-log.ts';
import { silentLogger } from '../../store/core/logger.ts';
import { onEachDatabase } from '../support/databases.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

onEachDatabase((under) => {
  const { privateKey } = generateKeyPairSync('ed25519');

  function scene() {
    const [directory, clock, database] = [join(temporaryFolder(), 'evidence'), new ManualClock(), under.current()];
    const signer = createLogSigner('sluice/test', privateKey);
    const log = createEvidenceLog({ clock, origin: signer.name });
    return {
      directory,
      clock,
      database,
      publish: (key = privateKey) =>
        openEvidencePublisher({
          database,
          folder: openEvidenceFolder(directory),
          signer: createLogSigner('sluice/test', key),
          clock,
          logger: silentLogger,
        }),
      append: (count = 1) =>
        database.transaction(async (tx) => {
          for (let nth = 0; nth < count; nth += 1) {
            await log.append(tx, { type: 'system.stopped', actor: { kind: 'system' }, details: {} });
          }
        }),
      verify: () => verifyLog({ directory, verifierKey: signer.verifierKey }),
    };
  }

  test('what is committed is in the files under a signed checkpoint after a flush (R19)', async () => {
    const { publish, append, verify, directory } = scene();
    const publisher = await publish();
    expect(publisher.checkpoint()).toBeUndefined();
    for (const count of [1, 2, 300]) {
      await append(count);
      await publisher.flush();
    }
    expect(publisher.checkpoint()).toBe(readFileSync(join(directory, 'checkpoint'), 'utf8'));
    expect(await verify()).toMatchObject({ findings: [], facts: { leaves: 304, checkpoints: 3 } });
    await publisher.stop();
  });

  test('without a flush it is there a second later (R19)', async () => {
    const { publish, append, verify, clock } = scene();
    const publisher = await publish();
    await append();
    clock.advance(1000);
    await publisher.flush();
    expect((await verify()).facts.checkpoints).toBe(1);
    await publisher.stop();
  });

  test('a restart goes on where it stopped, across the border of two files (R19)', async () => {
    const { publish, append, verify, directory } = scene();
    for (const count of [4094, 1, 1, 10]) {
      const publisher = await publish();
      await append(count);
      await publisher.stop();
    }
    expect(await verify()).toMatchObject({ findings: [], facts: { leaves: 4107, checkpoints: 4 } });
    expect(existsSync(join(directory, 'leaves/000000004096.jsonl'))).toBe(true);
  });

  test('a lost or wrong edge is made again from the leaves', async () => {
    const { publish, append, verify, directory } = scene();
    await append(20);
    await (await publish()).stop();
    for (const text of [undefined, '', '3\n', '99\n', `1\n${'0'.repeat(64)}\n`]) {
      if (text === undefined) rmSync(join(directory, 'edge'));
      else writeFileSync(join(directory, 'edge'), text);
      expect((await verify()).findings).toHaveLength(1);
      await (await publish()).stop();
      expect((await verify()).findings).toEqual([]);
    }
  });

  test('a folder from before there were tiles gets them, and lost or wrong ones are made again (R19)', async () => {
    const { publish, append, verify, directory } = scene();
    await append(599);
    await (await publish()).stop();
    const tile = (name: string) => join(directory, 'tile', name);
    rmSync(join(directory, 'tile'), { recursive: true });
    expect((await verify()).findings).toHaveLength(4);
    await (await publish()).stop();
    expect((await verify()).findings).toEqual([]);
    for (const name of ['0/002.p/88', '1/000.p/2', '0/001']) {
      rmSync(tile(name));
      expect((await verify()).findings).toMatchObject([{ where: { file: `tile/${name}` } }]);
      await (await publish()).stop();
      expect((await verify()).findings).toEqual([]);
    }
    for (const name of ['0/002.p/88', '1/000.p/2', '0/000']) {
      const bytes = readFileSync(tile(name));
      bytes[5] = (bytes[5] ?? 0) ^ 1;
      writeFileSync(tile(name), bytes);
      expect((await verify()).findings).toMatchObject([{ where: { file: `tile/${name}` } }]);
      // A start looks at the open tiles only; a full one comes back when the folder of tiles is taken away.
      if (name === '0/000') rmSync(join(directory, 'tile'), { recursive: true });
      await (await publish()).stop();
      expect((await verify()).findings).toEqual([]);
    }
  });

  test('open tiles of earlier checkpoints do not stay behind', async () => {
    const { publish, append, verify, directory } = scene();
    const publisher = await publish();
    for (const count of [1, 254, 1, 300]) {
      await append(count);
      await publisher.flush();
      expect((await verify()).findings).toEqual([]);
    }
    await publisher.stop();
    expect(readdirSync(join(directory, 'tile/0')).sort()).toEqual(['000', '001', '002.p']);
  });

  test('a database put back to yesterday is refused, and nothing is signed over it (R19)', async () => {
    const { publish, append, database, directory, clock } = scene();
    await append(5);
    const before = await database.transaction((tx) =>
      tx.selectFrom('evidence_head').selectAll().executeTakeFirstOrThrow(),
    );
    await append(5);
    await (await publish()).stop();
    const checkpoint = readFileSync(join(directory, 'checkpoint'), 'utf8');
    await database.transaction(async (tx) => {
      if (under.kind === 'sqlite') await sql`drop trigger evidence_kept`.execute(tx);
      else await sql`drop trigger evidence_kept on evidence`.execute(tx);
      await tx.deleteFrom('evidence').where('leaf_index', '>=', 6).execute();
      await tx.updateTable('evidence_head').set({ size: before.size, edge: before.edge, published: 0 }).execute();
    });
    await expect(publish()).rejects.toThrow('rolled back');
    clock.advance(1);
    await append(20);
    await expect(publish()).rejects.toThrow('does not hold the leaves');
    expect(readFileSync(join(directory, 'checkpoint'), 'utf8')).toBe(checkpoint);
  });

  test('a database rolled back under a running publisher is noticed (R19)', async () => {
    const { publish, append, database } = scene();
    await append(5);
    const publisher = await publish();
    await database.transaction((tx) =>
      tx.updateTable('evidence_head').set({ size: 0, edge: '[]', published: 0 }).execute(),
    );
    await expect(publisher.flush()).rejects.toThrow('rolled back');
    expect(publisher.trouble()?.message).toContain('rolled back');
    await expect(publisher.stop()).rejects.toThrow('rolled back');
  });

  test('files put back to yesterday, lost or of another key are refused (R19)', async () => {
    const { publish, append, directory } = scene();
    await append(5);
    await (await publish()).stop();
    const old = ['checkpoint', 'checkpoints'].map((name) => [name, readFileSync(join(directory, name))] as const);
    await append(5);
    await (await publish()).stop();
    await expect(publish(generateKeyPairSync('ed25519').privateKey)).rejects.toThrow("this log's key");
    const now = ['checkpoint', 'checkpoints'].map((name) => [name, readFileSync(join(directory, name))] as const);
    for (const [name, bytes] of old) writeFileSync(join(directory, name), bytes);
    await expect(publish()).rejects.toThrow('files have been rolled back');
    for (const [name, bytes] of now) writeFileSync(join(directory, name), bytes);
    writeFileSync(join(directory, 'checkpoint'), 'x');
    await expect(publish()).rejects.toThrow('does not belong to the history');
    for (const [name, bytes] of now) writeFileSync(join(directory, name), bytes);
    rmSync(join(directory, 'log.vkey'));
    await expect(publish()).rejects.toThrow('it is missing');
    rmSync(directory, { recursive: true });
    await expect(publish()).rejects.toThrow('files have been rolled back');
  });

  test('leaves changed in the database or in the files are not built upon (R19)', async () => {
    const { publish, append, directory } = scene();
    await append(5);
    await (await publish()).stop();
    const file = join(directory, 'leaves/000000000000.jsonl');
    writeFileSync(file, readFileSync(file, 'utf8').replace('system.stopped', 'system.stoqped'));
    await expect(publish()).rejects.toThrow('does not hold the leaves');
  });
});
