import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { newSshKeyPair } from '../../bastion/cli/ssh-key-pair.ts';
import { startTargetServer } from '../../bastion/demo/target-server.ts';
import { run } from '../support/openssh.ts';

test("the demonstration's target ends its side of sftp when the client has ended its own", async () => {
  const home = mkdtempSync(join(tmpdir(), 'sluice-demo-home-'));
  const [host, user] = [newSshKeyPair(), newSshKeyPair()];
  const settings = { hostKey: host.private, authorizedKey: user.public, login: 'maint', home, port: 0 };
  const port = await startTargetServer(settings);
  const file = (name: string, text: string): string => {
    writeFileSync(join(home, name), text, { mode: 0o600 });
    return join(home, name);
  };
  const batch = file('batch', 'pwd\nrm nothing\n');
  const args = ['-i', file('key', user.private), '-P', String(port), '-b', batch, 'maint@127.0.0.1'];
  const { code, stderr } = await run('sftp', args).exit;
  expect(code).toBe(1);
  expect(stderr.toString()).toContain('No such file');
});
