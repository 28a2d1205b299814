import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as later } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { dataFolder, setUp } from '../../bastion/cli/data-folder.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const TOP = join(import.meta.dirname, '../..');

function demo(data: string) {
  const child = spawn('./sluice', ['demo', '--data', data, '--http', '0', '--ssh', '0'], { cwd: TOP });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  return { child, exited, errors: () => errors };
}

async function appears(file: string, unless: Promise<unknown>): Promise<void> {
  let over = false;
  void unless.then(() => {
    over = true;
  });
  while (!existsSync(file) && !over) await later(20);
}

test('a first start that was killed goes on, or says what to do, and never takes itself for a real one', async () => {
  const data = join(temporaryFolder(), '演示 数据');
  // Killed after the keys, before anything else.
  setUp(dataFolder(data), { 'targets.allowLoopback': true });
  const first = demo(data);
  await appears(join(data, 'sluice.db'), first.exited);
  expect(first.errors()).not.toContain('real installation');
  expect(existsSync(join(data, 'sluice.db'))).toBe(true);
  first.child.kill('SIGKILL');
  await first.exited;
  const second = demo(data);
  expect(await second.exited).not.toBe(0);
  expect(second.errors()).toContain('was not finished last time');
}, 60_000);
