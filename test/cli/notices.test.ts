// Notices of a running installation: by a real mail server and to an HTTP receiver, as its settings file says; and the
// sentences for settings that are only half there.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { noticeCarriers } from '../../bastion/cli/notices.ts';
import { Refusal } from '../../store/core/refusal.ts';
import { parseSettings } from '../../store/core/settings.ts';
import { ApiClient } from '../support/api-client.ts';
import { evidence } from '../support/evidence.ts';
import { freePort } from '../support/free-port.ts';
import { type HttpReceiver, startHttpReceiver } from '../support/http-receiver.ts';
import { startInstallation, type TestInstallation } from '../support/installation.ts';
import { type MailServer, startMailServer } from '../support/mail-server.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

let mail: MailServer;
let receiver: HttpReceiver;
let site: TestInstallation;
let secrets: string;

beforeAll(async () => {
  [mail, receiver] = await Promise.all([startMailServer(), startHttpReceiver()]);
  secrets = mkdtempSync(join(tmpdir(), 'sluice-secrets-'));
  writeFileSync(join(secrets, 'webhook'), 'shared secret\n');
  writeFileSync(join(secrets, 'wecom'), `${receiver.url}?key=robot\n`);
  const port = await freePort();
  site = await startInstallation({
    'web.port': port,
    'web.publicUrl': `http://127.0.0.1:${port}`,
    'notices.smtp': `smtp://127.0.0.1:${mail.port}`,
    'notices.from': 'sluice@centre.example',
    'notices.webhook': receiver.url,
    'notices.webhookSecret': join(secrets, 'webhook'),
    'notices.wecom': join(secrets, 'wecom'),
  });
});
afterAll(async () => {
  await site.stop();
  await Promise.all([mail.stop(), receiver.stop()]);
  rmSync(secrets, { recursive: true, force: true });
});

test('from the head’s own choice to the mail that a ticket waits; the link asks for a login (R28)', async () => {
  const head = await ApiClient.signIn(site, 'head');
  const wanted = { email: 'head@centre.example', language: 'zh', off: [], code: site.code('head') };
  expect(await head.post('/api/v1/me/notices', wanted)).toMatchObject({ status: 200, body: { mail: true } });
  const { id, read } = await site.submittedTicket();
  const taken = await mail.next();
  expect(taken.to).toEqual(['head@centre.example']);
  expect(taken.text).toContain(`${site.running.web}/tickets/${id}`);
  // Whoever has the message has an id, and no way in: nothing in it opens or decides anything.
  const nobody = new ApiClient(site);
  expect((await nobody.get(`/api/v1/tickets/${id}`)).status).toBe(401);
  expect((await nobody.post(`/api/v1/tickets/${id}/approve`, { shownHash: read, code: '123456' })).status).toBe(401);
  await site.running.noticeSender.look();
  expect(receiver.posted.map(({ url }) => url).sort()).toEqual(['/hook', '/hook?key=robot']);
  expect(receiver.posted.find(({ url }) => url === '/hook')?.headers['sluice-signature']).toMatch(/^t=\d+,v1=/);
  const types = (await evidence(site)).map(({ type }) => type);
  expect(types).toContain('notice.preferences-set');
  expect(types).not.toContain('notice.given-up');
});

const HALF: readonly (readonly [object, string])[] = [
  [{ 'notices.smtp': 'smtp://mail.example' }, 'notices.from'],
  [{ 'notices.smtp': 'mail.example', 'notices.from': 'a@b.cn' }, 'notices.smtp'],
  [{ 'notices.smtp': 'smtps://user:password@mail.example', 'notices.from': 'a@b.cn' }, 'notices.smtp'],
  [{ 'notices.smtp': 'smtps://user@mail.example', 'notices.from': 'a@b.cn' }, 'notices.smtpPassword'],
  [{ 'notices.webhook': 'https://hook.example' }, 'notices.webhookSecret'],
  [{ 'notices.webhook': 'http://hook.example', 'notices.webhookSecret': 'secret' }, 'notices.webhook'],
  [{ 'notices.webhook': 'https://hook.example', 'notices.webhookSecret': 'empty' }, 'notices.webhookSecret'],
  [{ 'notices.wecom': 'gone' }, 'notices.wecom'],
  [{ 'notices.dingtalk': 'secret' }, 'notices.dingtalk'],
];

test.each(HALF)('%j does not start, and the sentence names %s and no secret (R43)', (given, named) => {
  const folder = { path: temporaryFolder() };
  writeFileSync(join(folder.path, 'secret'), 'the secret itself\n');
  writeFileSync(join(folder.path, 'empty'), '\n');
  try {
    noticeCarriers(folder, parseSettings(given), new ManualClock());
    expect.unreachable();
  } catch (error) {
    expect(error).toBeInstanceOf(Refusal);
    const { sentence } = error as Refusal;
    expect(sentence.en).toContain(`setting ${named}: expected`);
    expect(sentence.en).not.toMatch(/the secret itself|user:password/);
  }
});
