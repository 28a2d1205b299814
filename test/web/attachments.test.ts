// Files of a ticket through the API: handed out as files only, never shown and never run (B9, B19).

import { afterAll, beforeAll, expect, test } from 'vitest';
import { startInstallation } from '../support/installation.ts';
import { Cast } from './cast.ts';

let cast: Cast;
beforeAll(async () => {
  cast = await Cast.signIn(await startInstallation());
});
afterAll(() => cast.site.stop());

const add = async (name: string, content: Buffer) => {
  const { id } = await cast.draft();
  const client = cast.client('operator');
  const answer = await client.post(`/api/v1/tickets/${id}/attachments`, { name, content: content.toString('base64') });
  return { id, ...answer };
};

test('what comes back is the file, as a file, whatever it is called (B9, B19)', async () => {
  const content = Buffer.from("it's a plan\n");
  const { id, status, body } = await add("计划'1(2).txt", content);
  expect(status).toBe(200);
  const [{ sha256 } = { sha256: '' }] = (body as { terms: { attachments: { sha256: string }[] } }).terms.attachments;
  const { cookie } = cast.client('head');
  const address = `${cast.site.running.web}/api/v1/tickets/${id}/attachments/${sha256}`;
  const answer = await fetch(address, { headers: { cookie } });
  expect(Buffer.from(await answer.arrayBuffer()).equals(content)).toBe(true);
  expect(Object.fromEntries(answer.headers)).toMatchObject({
    'content-type': 'application/octet-stream',
    'content-disposition': `attachment; filename="attachment.txt"; filename*=UTF-8''%E8%AE%A1%E5%88%92%271%282%29.txt`,
    'x-content-type-options': 'nosniff',
    'content-security-policy': "sandbox; default-src 'none'",
    'cache-control': 'no-store',
  });
});

test('ten MiB go through, and not a byte more (B4, R43)', async () => {
  const most = 10 * 1024 * 1024;
  expect((await add('big.txt', Buffer.alloc(most, 'a'))).status).toBe(200);
  const { status, body } = await add('big.txt', Buffer.alloc(most + 1, 'a'));
  expect([status, body]).toMatchObject([400, { code: 'attachment.too-large' }]);
  expect((await add('big.txt', Buffer.alloc(2 * most, 'a'))).status).toBe(413);
});
