// How a notice leaves: by a real SMTP server, to an HTTP receiver that checks the signature by itself, to group robots.

import { execFileSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { createDingtalkCarrier, createWecomCarrier } from '../../../approvals/notices/group-robot.ts';
import { createMailCarrier, type MailServer as Server } from '../../../approvals/notices/mail.ts';
import { type Letter, Undeliverable } from '../../../approvals/notices/notice.ts';
import { createWebhookCarrier } from '../../../approvals/notices/webhook.ts';
import { createPost } from '../../../audit/http-post.ts';
import { newId } from '../../../store/core/ids.ts';
import { Secret } from '../../../store/core/secret.ts';
import { freePort } from '../../support/free-port.ts';
import { type HttpReceiver, startHttpReceiver } from '../../support/http-receiver.ts';
import { type MailServer, startMailServer } from '../../support/mail-server.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const post = createPost({ timeoutMs: 10_000, mostBytes: 1000 });
const clock = new ManualClock();
const ticket = { id: newId('tkt'), number: 'BG-20260312-01' };

const letter = (change: Partial<Letter> = {}): Letter => ({
  id: newId('ntc'),
  kind: 'ticket.submitted',
  at: clock.now(),
  ticket,
  to: 'head@centre.example',
  title: { zh: '工单 BG-20260312-01 待审批', en: 'Ticket BG-20260312-01 waits for approval' },
  subject: '闸口：工单 BG-20260312-01 待审批',
  lines: ['工单 BG-20260312-01 待审批', '用途：升级开标系统'],
  link: `https://sluice.example/tickets/${ticket.id}`,
  ...change,
});

describe('by e-mail', () => {
  let server: MailServer;
  beforeAll(async () => {
    server = await startMailServer();
  });
  afterAll(() => server.stop());

  const carrier = (change: Partial<Server> = {}) =>
    createMailCarrier({
      host: '127.0.0.1',
      port: server.port,
      tls: false,
      loopback: true,
      login: null,
      from: 'sluice@centre.example',
      ...change,
    });

  test('it arrives readable, in plain text, under an id of its own (R37)', async () => {
    const sent = letter();
    await carrier()(sent);
    const mail = await server.next();
    const header = Object.fromEntries(mail.headers.map(([name, value]) => [name.toLowerCase(), value]));
    expect(mail).toMatchObject({ from: 'sluice@centre.example', to: ['head@centre.example'], type: 'text/plain' });
    expect(header).toMatchObject({
      subject: sent.subject,
      'auto-submitted': 'auto-generated',
      'message-id': `<${sent.id}@centre.example>`,
    });
    expect(mail.text).toBe(`${sent.lines.join('\n')}\n\n${sent.link}\n`);
  });

  test('what somebody wrote adds no header and no recipient (B9)', async () => {
    await carrier()(letter({ subject: 'x\r\nBcc: other@example.org\r\n\r\nbody', lines: ['.\r\nRCPT TO:<x@y>', '.'] }));
    const mail = await server.next();
    expect(mail.to).toEqual(['head@centre.example']);
    expect(mail.headers.map(([name]) => name.toLowerCase())).not.toContain('bcc');
    expect(mail.text).toContain('RCPT TO:<x@y>');
    expect(server.waiting()).toBe(0);
  });

  test('a mailbox that does not exist is not tried again; a server that is busy is', async () => {
    await expect(carrier()(letter({ to: 'refused@centre.example' }))).rejects.toThrow(Undeliverable);
    const busy = await carrier()(letter({ to: 'later@centre.example' })).catch((error: unknown) => error);
    expect(busy).toBeInstanceOf(Error);
    expect(busy).not.toBeInstanceOf(Undeliverable);
    const down = await carrier({ port: await freePort() })(letter()).catch((error: unknown) => error);
    expect(down).not.toBeInstanceOf(Undeliverable);
    expect(String(down)).toContain('ECONNREFUSED');
  });

  test('it signs in where it must, and a wrong password says so without saying it', async () => {
    await carrier({ login: { user: 'user', password: 'geheim-密码' } })(letter({ to: 'signed-in@centre.example' }));
    expect((await server.next()).to).toEqual(['signed-in@centre.example']);
    const wrong = await carrier({ login: { user: 'user', password: 'geheim-2' } })(letter()).catch(String);
    expect(wrong).toContain('535');
    expect(wrong).not.toContain('geheim');
  });

  test('nothing is said in clear to a server elsewhere, nor to one nobody vouches for (R25)', async () => {
    // It offers no STARTTLS.
    await expect(carrier({ loopback: false })(letter())).rejects.toThrow(/STARTTLS/i);
    const folder = temporaryFolder();
    const [certificate, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
    const args = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-subj', '/CN=x'];
    execFileSync('/usr/bin/openssl', [...args, '-keyout', key, '-out', certificate], { stdio: 'pipe' });
    const stranger = await startMailServer({ certificate, key });
    onTestFinished(() => stranger.stop());
    await expect(carrier({ port: stranger.port, tls: true })(letter())).rejects.toThrow(/certificate/);
    expect(stranger.waiting() + server.waiting()).toBe(0);
  });
});

describe('to other programs', () => {
  let receiver: HttpReceiver;
  beforeAll(async () => {
    receiver = await startHttpReceiver();
  });
  afterAll(() => receiver.stop());

  test('the signature is over the time and the body (R37)', async () => {
    const secret = Secret.ofText('shared');
    const sent = letter({ to: null });
    await createWebhookCarrier({ url: receiver.url, secret, post, clock })(sent);
    const { body, headers } = receiver.posted.at(-1) ?? { body: Buffer.alloc(0), headers: undefined };
    const [, t, v1] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(headers?.['sluice-signature'])) ?? [];
    expect(Number(t)).toBe(Math.floor(clock.now() / 1000));
    expect(createHmac('sha256', 'shared').update(`${t}.${body}`).digest('hex')).toBe(v1);
    const { id, kind, at, title, link } = sent;
    expect(JSON.parse(body.toString())).toEqual({ id, kind, at, title, link, ticket });
  });

  test.each([
    [500, {}],
    [404, {}],
    [302, { location: 'http://127.0.0.1:1/' }],
  ])('an answer of %i is no yes, and nobody is followed elsewhere', async (status, headers) => {
    receiver.answer(status, 'no', headers);
    const carrier = createWebhookCarrier({ url: receiver.url, secret: Secret.ofText('s'), post, clock });
    await expect(carrier(letter())).rejects.toThrow();
  });

  test('企业微信: text and link; taken only with errcode 0', async () => {
    receiver.answer(200, '{"errcode":0,"errmsg":"ok"}');
    const carrier = createWecomCarrier({ url: Secret.ofText(`${receiver.url}?key=robot`), post });
    await carrier(letter({ to: null }));
    const { body, url } = receiver.posted.at(-1) ?? { body: Buffer.alloc(0), url: '' };
    expect(url).toBe('/hook?key=robot');
    const content = `工单 BG-20260312-01 待审批\n用途：升级开标系统\nhttps://sluice.example/tickets/${ticket.id}`;
    expect(JSON.parse(body.toString())).toEqual({ msgtype: 'text', text: { content } });
    receiver.answer(200, '{"errcode":93000,"errmsg":"invalid webhook url"}');
    const refused = await carrier(letter()).catch(String);
    expect(refused).toContain('93000');
    expect(refused).not.toContain('robot"');
    receiver.answer(200, 'not json');
    await expect(carrier(letter())).rejects.toThrow('missing');
  });

  test('钉钉: the signature stands in the query', async () => {
    receiver.answer(200, '{"errcode":0}');
    const url = Secret.ofText(`${receiver.url}?access_token=robot`);
    await createDingtalkCarrier({ url, secret: Secret.ofText('SEC1'), post, clock })(letter({ to: null }));
    const query = new URL(receiver.posted.at(-1)?.url ?? '', receiver.url).searchParams;
    const timestamp = query.get('timestamp');
    expect(query.get('access_token')).toBe('robot');
    expect(query.get('sign')).toBe(createHmac('sha256', 'SEC1').update(`${timestamp}\nSEC1`).digest('base64'));
    await createDingtalkCarrier({ url, secret: null, post, clock })(letter({ to: null }));
    expect(receiver.posted.at(-1)?.url).toBe('/hook?access_token=robot');
  });
});
