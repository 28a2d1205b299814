import { afterAll, beforeAll, expect, test } from 'vitest';
import { verifyDataFolder } from '../../recordings/verify/verify-data-folder.ts';
import { ApiClient } from '../support/api-client.ts';
import { PASSWORD, startInstallation, type TestInstallation } from '../support/installation.ts';
import { ssh } from '../support/openssh.ts';
import { type PostgresServer, startPostgres } from '../support/postgres.ts';

let postgres: PostgresServer;
let site: TestInstallation;

beforeAll(async () => {
  postgres = await startPostgres();
  site = await startInstallation({ 'database.url': await postgres.freshDatabase() });
});
afterAll(async () => {
  await site.stop();
  await postgres.stop();
});

test('the whole of it works on PostgreSQL: asked, approved, worked, recorded, verified (R35)', async () => {
  await site.approvedTicket();
  const args = ['-p', String(site.sshPort), 'engineer@127.0.0.1', 'echo on postgres; exit 3'];
  const { code, stdout, stderr } = await ssh(args, { password: PASSWORD, code: site.code('engineer') }).exit;
  expect([code, stdout.toString()], stderr.toString()).toEqual([3, 'on postgres\n']);
  const auditor = await ApiClient.signIn(site, 'auditor');
  const sessions = (await auditor.get('/api/v1/sessions')).body as { id: string }[];
  const replay = (await auditor.get(`/api/v1/sessions/${sessions[0]?.id}/replay`)).body as { events: unknown[] };
  expect(replay.events).toContainEqual(
    expect.objectContaining({ kind: 'output', data: Buffer.from('on postgres\n').toString('base64') }),
  );
  await site.running.publisher.flush();
  const report = await verifyDataFolder({
    evidenceDirectory: site.folder.evidence,
    recordingsDirectory: site.folder.recordings,
  });
  expect(report.findings).toEqual([]);
});

test('ten sign-ins at once on PostgreSQL all come to an answer (R35)', async () => {
  const engineer = new ApiClient(site);
  const code = site.code('engineer');
  const answers = await Promise.all(
    Array.from({ length: 10 }, () => engineer.post('/api/v1/login', { name: 'engineer', password: PASSWORD, code })),
  );
  // The code is the same: one of them wins, the others are refused, none is a fault.
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  for (const { status } of answers) expect([200, 401, 429, 503]).toContain(status);
});
