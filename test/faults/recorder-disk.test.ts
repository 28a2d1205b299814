import { afterAll, beforeAll, expect, test } from 'vitest';
import { readRecording } from '../../recordings/read/read-recording.ts';
import { unwrapTrackKey } from '../../recordings/storage/recording-keys.ts';
import { createSystemDisk, type Disk } from '../../recordings/write/disk.ts';
import { connectionsTo } from '../support/connections.ts';
import { type GatewayUnderTest, gatewayUnderTest, listeningGateway } from '../support/fake-controller.ts';
import { ssh } from '../support/openssh.ts';
import { type Sshd, startSshd } from '../support/sshd.ts';

const ANSWERS = { password: 'correct horse', code: '123456' };
let sshd: Sshd;

beforeAll(async () => {
  sshd = await startSshd();
});
afterAll(() => sshd.stop());

/** A disk that works until it is told to fail, and then fails every write and sync with that error. */
function breakable(): { readonly disk: Disk; fail(code: string): void } {
  const inner = createSystemDisk();
  let failing: NodeJS.ErrnoException | undefined;
  return {
    fail(code) {
      failing = Object.assign(new Error(`${code}: injected`), { code });
    },
    disk: {
      ...inner,
      createFile: (path) => (failing === undefined ? inner.createFile(path) : Promise.reject(failing)),
      write: (file, bytes, offset, done) =>
        failing === undefined ? inner.write(file, bytes, offset, done) : void setImmediate(done, failing, 0),
      sync: (file, done) => (failing === undefined ? inner.sync(file, done) : void setImmediate(done, failing)),
    },
  };
}

async function recordedOutput(gateway: GatewayUnderTest, session: string): Promise<Buffer> {
  const pieces: Buffer[] = [];
  const unwrap = (header: Parameters<typeof unwrapTrackKey>[1]) => unwrapTrackKey(gateway.recordsKey, header);
  for await (const event of readRecording(`${gateway.recordings}/${session}`, unwrap)) {
    if (event.kind === 'output') pieces.push(event.bytes);
  }
  return Buffer.concat(pieces);
}

const COMMANDS = {
  'a line now and then': 'i=0; while :; do i=$((i+1)); echo line $i; sleep 0.005; done',
  'a flood': 'yes flood',
};

for (const [what, command] of Object.entries(COMMANDS)) {
  test.each(['ENOSPC', 'EROFS', 'EIO'])(
    `with ${what}, %s ends the session at once with a message, and no unrecorded byte is shown (R18)`,
    async (code) => {
      const { disk, fail } = breakable();
      const { gateway, port } = await listeningGateway(sshd, { disk });
      const run = ssh(['-p', String(port), 'lin@127.0.0.1', command], ANSWERS);
      await run.until((text) => text.length > 40);
      const failedAt = performance.now();
      fail(code);
      const { code: exit, stdout, stderr } = await run.exit;
      expect(performance.now() - failedAt).toBeLessThan(1000);
      expect(exit).toBe(74);
      expect(stderr.toString()).toContain('recording cannot continue');
      expect(connectionsTo(sshd.port)).toBe(0);
      const ended = await gateway.hear('session.ended', ({ reason }) => reason === 'recorder-failed');
      const recorded = await recordedOutput(gateway, String(ended.params.session));
      expect(recorded.subarray(0, stdout.length).equals(stdout)).toBe(true);
      gateway.controller.end('done');
      await gateway.over;
    },
  );
}

test('a disk that is full before the start opens no session and releases no credential (R18)', async () => {
  const { disk, fail } = breakable();
  const gateway = await gatewayUnderTest(sshd, { disk });
  const listening = { sources: ['127.0.0.1'] };
  const { port } = await gateway.controller.call('listen', listening);
  fail('ENOSPC');
  const { code, stdout, stderr } = await ssh(['-p', String(port), 'lin@127.0.0.1', 'echo in'], ANSWERS).exit;
  expect(code).toBe(74);
  expect(stdout.length).toBe(0);
  expect(stderr.toString()).toContain('recording');
  expect(gateway.told.map(({ name }) => name)).not.toContain('session.credential');
  expect(gateway.told.map(({ name }) => name)).not.toContain('session.opened');
  // Once it is closed the port does not open again either.
  await gateway.controller.call('listen', { sources: null });
  await expect(gateway.controller.call('listen', listening)).rejects.toMatchObject({ code: 'recorder.self-test' });
});
