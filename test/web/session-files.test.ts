import { createHash } from 'node:crypto';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { trackPath } from '../../recordings/storage/recording-directory.ts';
import type { FilesPage } from '../../web/contract/session-files.ts';
import { ApiClient } from '../support/api-client.ts';
import { evidence, evidenceSize } from '../support/evidence.ts';
import { startInstallation, type TestInstallation } from '../support/installation.ts';
import { lastSession, sftp } from '../support/sftp-clients.ts';

let site: TestInstallation;
let auditor: ApiClient;
let session: string;
const there = mkdtempSync(join(tmpdir(), 'sluice-files-'));
const CONTENT = Buffer.from('content');

beforeAll(async () => {
  site = await startInstallation();
  await site.approvedTicket({ files: { rights: ['list', 'download', 'upload'], paths: [] } });
  writeFileSync(join(there, 'a'), CONTENT);
  writeFileSync(Buffer.concat([Buffer.from(`${there}/`), Buffer.from([0xc7, 0xe5])]), CONTENT);
  const odd = Buffer.concat([Buffer.from(`get ${there}/`), Buffer.from([0xc7, 0xe5]), Buffer.from(' /dev/null')]);
  await sftp(site, [`get ${there}/a /dev/null`, odd, `-rm ${there}/a`, `rename ${there}/a ${there}/b`, `ls ${there}`]);
  session = (await lastSession(site)).id;
  auditor = await ApiClient.signIn(site, 'auditor');
});
afterAll(async () => {
  await site.stop();
  rmSync(there, { recursive: true });
});

const read = async (from = 0) => {
  const { status, body } = await auditor.get(`/api/v1/sessions/${session}/files${from === 0 ? '' : `?from=${from}`}`);
  expect(status).toBe(200);
  return body as FilesPage;
};

test('the auditor reads what was done to files, with results and hashes (R17)', async () => {
  const { rows, looked, next, integrity } = await read();
  const sha256 = createHash('sha256').update(CONTENT).digest('hex');
  const down = { what: 'download', code: 0, refused: null, closed: { complete: true, read: 7, sha256 } };
  expect(rows).toMatchObject([
    { ...down, path: { text: `${there}/a`, encoding: 'utf-8' } },
    { ...down, path: { text: `${there}/\u6e05`, encoding: 'gb18030' } },
    { what: 'remove', code: 3, refused: 'right.delete', closed: null },
    { what: 'posix-rename', code: 0, to: { text: `${there}/b` } },
    { what: 'list', code: 0, closed: { entries: 4 } },
  ]);
  expect(looked).toBeGreaterThan(0);
  expect([next, integrity]).toEqual([null, { intact: true }]);
  expect((await read(3)).rows).toEqual(rows.slice(3));
});

test('each reading is a viewing, on record (R22)', async () => {
  const from = await evidenceSize(site);
  await read();
  expect(await evidence(site, from)).toMatchObject([{ type: 'replay.opened', details: { session } }]);
});

test('a files track that is gone shows as not intact (R19)', async () => {
  const file = trackPath(join(site.folder.recordings, session), 'files');
  renameSync(file, `${file}.aside`);
  expect(await read()).toMatchObject({ rows: [], integrity: { intact: false } });
  renameSync(`${file}.aside`, file);
  expect((await read()).integrity).toEqual({ intact: true });
});
