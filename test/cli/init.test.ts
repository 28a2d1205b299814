import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDatabase } from '../../store/database.ts';
import { FOUNDERS } from '../support/founders.ts';
import { type PostgresServer, startPostgres } from '../support/postgres.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const TOP = join(import.meta.dirname, '../..');
let postgres: PostgresServer;

beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.stop());

interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function init(data: string): Promise<Ran> {
  const args = ['init', '--data', data, ...FOUNDERS];
  return promisify(execFile)('./sluice', args, { cwd: TOP }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }: Ran) => ({ code, stdout, stderr }),
  );
}

test('administrator, head and auditor are made in the database that the settings name (R8)', async () => {
  const data = temporaryFolder();
  const url = await postgres.freshDatabase();
  mkdirSync(data, { recursive: true });
  writeFileSync(join(data, 'sluice.json'), JSON.stringify({ database: { url } }));
  expect(await init(data)).toMatchObject({ code: 0, stdout: expect.stringContaining('/join#') });
  expect(existsSync(join(data, 'sluice.db'))).toBe(false);
  expect(JSON.parse(readFileSync(join(data, 'sluice.json'), 'utf8'))).toEqual({ database: { url } });
  const database = await openDatabase({ kind: 'postgres', url });
  const names = await database.transaction((tx) => tx.selectFrom('account').select('name').execute());
  await database.close();
  expect(names.map(({ name }) => name).sort()).toEqual(['root-admin', 'wu-shenji', 'zhang-zhuren']);
});

test('a set-up that was killed at any key goes on, and keeps what was there', { timeout: 60_000 }, async () => {
  const whole = temporaryFolder();
  await init(whole);
  const keys = ['vault.key', 'records.key', 'log.pem', 'log.origin'];
  expect(readdirSync(join(whole, 'keys')).sort()).toEqual([...keys, 'ssh_host_ed25519', 'ssh_host_rsa'].sort());
  const data = join(temporaryFolder(), '数据 目录');
  for (let written = 0; written < keys.length; written += 1) {
    rmSync(data, { recursive: true, force: true });
    mkdirSync(join(data, 'keys'), { recursive: true });
    for (const key of keys.slice(0, written)) {
      writeFileSync(join(data, 'keys', key), readFileSync(join(whole, 'keys', key)));
    }
    expect(await init(data), `${written} keys`).toMatchObject({ code: 0 });
    for (const key of keys.slice(0, written)) {
      expect(readFileSync(join(data, 'keys', key)), key).toEqual(readFileSync(join(whole, 'keys', key)));
    }
  }
});

test('a folder that cannot be made is said in one sentence (R43)', async () => {
  const { code, stderr } = await init('/dev/null/数据');
  expect(code).toBe(69);
  expect(stderr).toContain('cannot be made (ENOTDIR)');
  expect(stderr).not.toContain('    at ');
});

test('new keys are never made beside evidence that others signed (R19)', async () => {
  const data = temporaryFolder();
  await init(data);
  rmSync(join(data, 'keys'), { recursive: true });
  expect(await init(data)).toMatchObject({ code: expect.any(Number), stdout: '' });
  expect(existsSync(join(data, 'keys', 'records.key'))).toBe(false);
});
