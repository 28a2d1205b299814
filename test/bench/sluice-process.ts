// The process of the Sluice that is measured: an installation with an approved ticket, answering its parent.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { newSshKeyPair } from '../../bastion/cli/ssh-key-pair.ts';
import { startInstallation } from '../support/installation.ts';
import type { Sshd } from '../support/sshd.ts';

export type Asked = { readonly ask: 'code' | 'armed' | 'cut' | 'stop' };

export interface Facts {
  readonly port: number;
  readonly user: string;
  readonly keyFile: string;
}

const WEEK_MS = 6 * 86_400_000;

const { folder, target } = JSON.parse(process.argv[2] ?? '') as { folder: string; target: Sshd };
const installation = await startInstallation(
  {},
  { ...target, privateKey: readFileSync(target.privateKeyFile, 'utf8') },
);
const files = { rights: ['list', 'download', 'upload', 'delete'], paths: [] } as const;
const ticket = { windowMs: WEEK_MS, kinds: ['shell', 'exec'], files } as const;
let approved = await installation.approvedTicket(ticket);

const keyFile = join(folder, 'engineer');
const pair = newSshKeyPair();
writeFileSync(keyFile, pair.private, { mode: 0o600 });
const engineer = await installation.signIn('engineer');
const fresh = await installation.fresh(engineer, 'key.add');
await installation.running.services.publicKeys.add(engineer, fresh, `${pair.public} bench`);

/** The head has signed in and given a code: what is left is the act. */
async function armed(): Promise<() => Promise<void>> {
  const { services } = installation.running;
  const head = await installation.signIn('head');
  const revoking = await installation.fresh(head, 'ticket.revoke');
  return async () => {
    await services.tickets.revoke(head, revoking, approved.id, 'bench');
    await services.inForce();
  };
}
let act = async (): Promise<void> => {};

process.on('message', async ({ ask }: Asked) => {
  if (ask === 'code') process.send?.(installation.code('engineer'));
  else if (ask === 'armed') {
    act = await armed();
    process.send?.(true);
  } else if (ask === 'cut') {
    await act();
    process.send?.(true);
    approved = await installation.approvedTicket(ticket);
  } else {
    await installation.stop();
    process.exit(0);
  }
});
process.on('disconnect', () => process.exit(1));

const user = `engineer+${target.login}+app`;
process.send?.({ port: installation.sshPort, user, keyFile } satisfies Facts);
