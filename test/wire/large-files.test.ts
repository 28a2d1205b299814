// Files that are larger than a key lasts and than memory should be: OpenSSH's sftp through a gateway that renews its keys
// on both legs every 100 MiB. The gateway runs in this process, so that its limits can be set; its memory is ours.

import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { KEY_LIMITS } from '../../bastion/gateway/key-renewal.ts';
import { type GatewayUnderTest, gatewayUnderTest } from '../support/fake-controller.ts';
import { fill, folderWithRoom, sha256Of } from '../support/large-file.ts';
import { run } from '../support/openssh.ts';
import { type Sshd, startSshd } from '../support/sshd.ts';

const MIB = 1024 * 1024;
const GIB = 1024 * MIB;
const KEY_BYTES = 100 * MIB;
const NEW_KEYS = 'SSH2_MSG_NEWKEYS received';
const MOST_GROWTH = 400 * MIB;

let sshd: Sshd;
let gateway: GatewayUnderTest;
let port: string;
let folder: string;

beforeAll(async () => {
  sshd = await startSshd({ logLevel: 'DEBUG1' });
  gateway = await gatewayUnderTest(sshd, { keyLimits: { ...KEY_LIMITS, bytes: KEY_BYTES } });
  port = String((await gateway.controller.call('listen', { sources: ['127.0.0.1'] })).port);
  folder = folderWithRoom(2 * GIB);
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await sshd.stop();
});

/** How far this process grew while that went on, at most, in bytes. */
async function growthDuring(work: () => Promise<void>): Promise<number> {
  const before = process.memoryUsage.rss();
  let most = before;
  const looking = setInterval(() => {
    most = Math.max(most, process.memoryUsage.rss());
  }, 50);
  await work().finally(() => clearInterval(looking));
  return most - before;
}

const count = (text: string, words: string): number => text.split(words).length - 1;

async function sftp(line: string) {
  const batch = join(folder, 'batch');
  writeFileSync(batch, `${line}\n`);
  const renewedBefore = count(sshd.log(), NEW_KEYS);
  const answers = { password: 'correct horse', code: '123456', logLevel: 'DEBUG1' };
  const { code, stderr } = await run('sftp', ['-oBatchMode=no', '-b', batch, '-P', port, 'lin@127.0.0.1'], answers)
    .exit;
  expect(code, stderr.toString().slice(-500)).toBe(0);
  return {
    renewedWithClient: count(stderr.toString(), NEW_KEYS),
    renewedWithTarget: count(sshd.log(), NEW_KEYS) - renewedBefore,
  };
}

test('1 GiB up and down by OpenSSH sftp, keys renewed every 100 MiB on both legs, memory bounded (R17, R25, B4)', async () => {
  const [here, there, back] = ['here', 'there', 'back'].map((name) => join(folder, name));
  const hash = fill(String(here), GIB);
  // The first exchange is counted with them.
  const often = Math.floor(GIB / KEY_BYTES);
  const transfers = [
    { what: 'up', line: `put ${here} ${there}`, arrived: String(there), left: String(here) },
    { what: 'down', line: `get ${there} ${back}`, arrived: String(back), left: String(there) },
  ];
  for (const { what, line, arrived, left } of transfers) {
    let renewed = { renewedWithClient: 0, renewedWithTarget: 0 };
    const started = performance.now();
    const growth = await growthDuring(async () => {
      renewed = await sftp(line);
    });
    const seconds = (performance.now() - started) / 1000;
    console.log(
      `1 GiB ${what}: ${seconds.toFixed(1)} s, gateway grew by ${Math.round(growth / MIB)} MiB, keys renewed ` +
        `${renewed.renewedWithClient} times with the client, ${renewed.renewedWithTarget} with the target`,
    );
    expect(await sha256Of(arrived)).toBe(hash);
    expect(renewed.renewedWithClient).toBeGreaterThan(often);
    expect(renewed.renewedWithTarget).toBeGreaterThan(often);
    expect(growth).toBeLessThan(MOST_GROWTH);
    rmSync(left);
  }
  await gateway.hear('session.files', ({ events }) => JSON.stringify(events).includes(`"read":${GIB}`));
  const closed = gateway.told
    .flatMap(({ params }) => (params.events ?? []) as { type: string; details: Record<string, unknown> }[])
    .filter(({ type }) => type === 'file.closed');
  expect(closed.map(({ details }) => details)).toMatchObject([
    { complete: true, hashed: 'in-flight', sha256: hash, size: GIB, written: GIB, read: 0 },
    { complete: true, hashed: 'in-flight', sha256: hash, size: GIB, written: 0, read: GIB },
  ]);
}, 180_000);
