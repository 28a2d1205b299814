// The port that stays bound for who monitors it, and still lets nobody in without a ticket (R1, R40).

import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PASSWORD, startInstallation, type TestInstallation } from '../support/installation.ts';
import { ssh } from '../support/openssh.ts';

let site: TestInstallation;

beforeAll(async () => {
  site = await startInstallation({ 'gateway.listen': 'always' });
});
afterAll(() => site.stop());

/** What a connection hears before it is closed. */
function heard(): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = connect({ host: '127.0.0.1', port: site.sshPort });
    socket.on('data', (bytes: Buffer) => {
      text += bytes.toString('latin1');
    });
    socket.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'ECONNRESET' ? resolve(text) : reject(error),
    );
    socket.once('close', () => resolve(text));
  });
}

test('with no ticket in its window the port is bound and says not one byte', async () => {
  expect(site.running.supervisor.port).toBe(site.sshPort);
  expect(await heard()).toBe('');
});

test('with a ticket in its window the named source is let in', async () => {
  await site.approvedTicket();
  const { stdout } = await ssh(['-p', String(site.sshPort), 'engineer@127.0.0.1', 'echo in'], {
    password: PASSWORD,
    code: site.code('engineer'),
  }).exit;
  expect(stdout.toString()).toBe('in\n');
});
