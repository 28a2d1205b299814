// A socket whose person signs out between its handshake and its first message opens nothing (B7, R10).

import { afterAll, beforeAll, expect, test } from 'vitest';
import WebSocket from 'ws';
import { ApiClient } from '../support/api-client.ts';
import { evidence, evidenceSize } from '../support/evidence.ts';
import { startInstallation, type TestInstallation } from '../support/installation.ts';
import { liveSession, watchToken } from '../support/live-watch.ts';
import { openTerminal, terminalToken } from '../support/web-terminal.ts';

let site: TestInstallation;
let ticket: string;

beforeAll(async () => {
  site = await startInstallation();
  ticket = (await site.approvedTicket({ kinds: ['shell'] })).id;
});
afterAll(() => site.stop());

/** Shakes hands, signs out, and only then says the first thing. Answers what came of it, and what it left behind. */
async function late(client: ApiClient, path: string, token: string) {
  const from = await evidenceSize(site);
  const socket = new WebSocket(`${site.running.web.replace('http', 'ws')}${path}`, {
    headers: { cookie: client.cookie, origin: site.running.web },
  });
  const says: unknown[] = [];
  socket.on('message', (data: Buffer, binary) => !binary && says.push(JSON.parse(data.toString('utf8'))));
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  await client.post('/api/v1/logout');
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.send(JSON.stringify({ type: 'hello', token }));
  await closed;
  return { says, left: (await evidence(site, from)).map(({ type }) => type) };
}

test('a terminal (B7)', async () => {
  const client = await ApiClient.signIn(site, 'engineer');
  const token = await terminalToken(site, client, ticket);
  const { says, left } = await late(client, '/api/v1/terminals/socket', token);
  expect(says).toMatchObject([{ type: 'ended', reason: 'session.none' }]);
  expect(left).not.toContain('session.opened');
});

test('a live view, which would count as supervision (B7, R6)', async () => {
  const engineer = await ApiClient.signIn(site, 'engineer');
  const terminal = await openTerminal(site, engineer, ticket);
  const session = await liveSession(site);
  const client = await ApiClient.signIn(site, 'section');
  const token = await watchToken(client, session);
  const { says, left } = await late(client, '/api/v1/watchings/socket', token);
  expect(says).toMatchObject([{ type: 'ended', reason: 'session.none' }]);
  expect(left).not.toContain('watch.begun');
  terminal.socket.close();
  await terminal.closed;
});
