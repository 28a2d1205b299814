// From a recording that is old enough to nothing of it left, over the API of a whole installation (R20, R21).

import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { verifyDataFolder } from '../../recordings/verify/verify-data-folder.ts';
import type { Hold, Retention } from '../../web/contract/keeping.ts';
import type { RecordRequest } from '../../web/contract/record-requests.ts';
import { ApiClient } from '../support/api-client.ts';
import { evidence } from '../support/evidence.ts';
import { PASSWORD, startInstallation, type TestInstallation } from '../support/installation.ts';
import { ssh } from '../support/openssh.ts';

let site: TestInstallation;
let session: string;

beforeAll(async () => {
  site = await startInstallation();
  await site.approvedTicket();
  const answers = { password: PASSWORD, code: site.code('engineer') };
  await ssh(['-p', String(site.sshPort), 'engineer@127.0.0.1', 'echo yinmidezi'], answers).exit;
  const [found] = await site.running.services.sessionLog.list(await site.signIn('auditor'));
  session = found?.id ?? '';
});
afterAll(() => site.stop());

test('a recording past its retention is held, let go, destroyed by two people, and nothing of it is left (R20, R21)', async () => {
  await site.running.indexer.run();
  const picture = join(site.folder.derived, session);
  mkdirSync(picture, { recursive: true });
  writeFileSync(join(picture, 'screen.picture'), 'sealed');
  site.clock.push(401 * 86_400_000);
  const [auditor, head] = [await ApiClient.signIn(site, 'auditor'), await ApiClient.signIn(site, 'head')];
  const due = (await head.get('/api/v1/retention')).body as Retention;
  expect(due).toMatchObject({ floorDays: 183, retentionDays: 400, all: 1, due: [{ session: { id: session } }] });

  const wish = { sessions: [session], reason: '保存期满' };
  const held = await auditor.post('/api/v1/holds', { on: 'session', id: session, reason: '纪检调查' });
  expect((await auditor.post('/api/v1/destructions', wish)).status).toBe(409);
  const lift = `/api/v1/holds/${(held.body as Hold).id}/lift`;
  expect((await head.post(lift, { reason: '调查结束' })).status).toBe(200);

  const asked = await auditor.post('/api/v1/destructions', wish);
  const { id, kind, terms, sessions } = asked.body as RecordRequest;
  expect({ kind, terms, sessions }).toEqual({ kind: 'destroy', terms: null, sessions: [session] });
  const act = (client: ApiClient, name: string, body?: object) =>
    client.post(`/api/v1/record-requests/${id}/${name}`, body);
  expect((await act(auditor, 'destroy')).status).toBe(409);
  expect((await act(head, 'approve', { code: '000000' })).status).toBe(403);
  expect((await act(head, 'approve', { code: site.code('head') })).status).toBe(200);
  expect((await act(auditor, 'download')).status).toBe(404);
  expect((await act(auditor, 'destroy')).body).toEqual({ sessions: [session], erased: true });

  expect(existsSync(join(site.folder.recordings, session))).toBe(false);
  expect(existsSync(picture)).toBe(false);
  expect((await auditor.get('/api/v1/search?q=yinmidezi')).body).toMatchObject({ sessions: [], waiting: 0 });
  expect((await auditor.get(`/api/v1/sessions/${session}/replay`)).status).toBe(409);
  expect((await evidence(site)).filter(({ type }) => /^(hold|destroy|recording\.destroyed)/.test(type))).toHaveLength(
    5,
  );

  await site.running.publisher.flush();
  const { folder } = site;
  const report = await verifyDataFolder({
    evidenceDirectory: folder.evidence,
    recordingsDirectory: folder.recordings,
  });
  expect(report.findings).toEqual([]);
  expect(report.recordings).toMatchObject({ recordings: 1, destroyed: 1 });
});
