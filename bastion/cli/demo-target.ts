// The process of the demo's target. Started by `sluice demo`; reads what it needs from its first line of standard
// input, so that no key stands in a process list, and gives up root before it listens.

import { createInterface } from 'node:readline';
import { fillScratch } from '../demo/scratch.ts';
import { startTargetServer, type TargetServerSettings } from '../demo/target-server.ts';

const NOBODY = { uid: 65_534, gid: 65_534 };

export async function runDemoTarget(): Promise<number> {
  const lines = createInterface({ input: process.stdin });
  const [line] = await new Promise<[string]>((resolve) => lines.once('line', (text) => resolve([text])));
  const settings: TargetServerSettings = JSON.parse(line);
  const root = process.getuid?.() === 0;
  fillScratch(settings.home, root ? NOBODY : undefined);
  if (root) becomeNobody();
  const port = await startTargetServer(settings);
  process.stdout.write(`${JSON.stringify({ port, uid: process.getuid?.() })}\n`);
  // Standard input closes when the demo ends, however it ends; the target must not outlive it.
  await new Promise<void>((resolve) => lines.once('close', resolve));
  return 0;
}

function becomeNobody(): void {
  process.setgroups?.([NOBODY.gid]);
  process.setgid?.(NOBODY.gid);
  process.setuid?.(NOBODY.uid);
  process.env = { PATH: process.env.PATH };
}
