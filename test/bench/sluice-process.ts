// The process of the Sluice that is measured: an installation with an approved ticket, answering its parent.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { newSshKeyPair } from '../../bastion/cli/ssh-key-pair.ts';
import { SETTINGS } from '../../store/core/settings.ts';
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
// As many as the product has by default; the tests make do with one.
const installation = await startInstallation(
  { 'gateway.workers': SETTINGS['gateway.workers'].fallback },
  { ...target, privateKey: readFileSync(target.privateKeyFile, 'utf8') },
);
const files = { rights: ['list', 'download', 'upload', 'delete'], paths: [] } as const;
const ticket = { windowMs: WEEK_MS, kinds: ['shell', 'exec'], files } as const;
let approved: { readonly id: string } | undefined;

const keyFile = join(folder, 'engineer');
const pair = newSshKeyPair();
writeFileSync(keyFile, pair.private, { mode: 0o600 });
const engineer = await installation.signIn('engineer');
const fresh = await installation.fresh(engineer, 'key.add');
await installation.running.services.publicKeys.add(engineer, fresh, `${pair.public} bench`);

/** Of the engineer, who has a ticket by then: an act may have revoked the last one. */
async function code(): Promise<string> {
  approved ??= await installation.approvedTicket(ticket);
  return installation.code('engineer');
}

/** The head has signed in and given a code: what is left is the act. */
async function armed(): Promise<() => Promise<void>> {
  if (approved === undefined) throw new Error('expected an approved ticket, got none');
  const { id } = approved;
  const { services } = installation.running;
  const head = await installation.signIn('head');
  const revoking = await installation.fresh(head, 'ticket.revoke');
  return async () => {
    await services.tickets.revoke(head, revoking, id, 'bench');
    await services.inForce();
    approved = undefined;
  };
}
let act = async (): Promise<void> => {};

process.on('message', async ({ ask }: Asked) => {
  if (ask === 'code') process.send?.(await code());
  else if (ask === 'armed') {
    act = await armed();
    process.send?.(true);
  } else if (ask === 'cut') {
    await act();
    process.send?.(true);
  } else {
    await installation.stop();
    process.exit(0);
  }
});
process.on('disconnect', () => process.exit(1));

const user = `engineer+${target.login}+app`;
process.send?.({ port: installation.sshPort, user, keyFile } satisfies Facts);
