// `sluice demo`: everything on this machine's loopback address, with content that real acts made.

import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { systemClock } from '../../store/core/clock.ts';
import { createLogger } from '../../store/core/logger.ts';
import { defineRefusal } from '../../store/core/refusal.ts';
import { parseSettings, type Settings } from '../../store/core/settings.ts';
import { ADMIN, INVITED, PASSWORD, TARGET_NAME } from '../demo/cast.ts';
import { CodeBook } from '../demo/code-book.ts';
import type { DemoFile } from '../demo/demo-file.ts';
import { continueStory, type StoryParts, tellStory } from '../demo/story.ts';
import { startTargetProcess, type TargetProcess } from '../demo/target-process.ts';
import {
  type DataFolder,
  dataFolder,
  isSetUp,
  loadKeys,
  loadSettings,
  makeMissingHostKeys,
  setUp,
  writeWhole,
} from './data-folder.ts';
import { demoGreeting } from './demo-greeting.ts';
import type { Flags } from './flags.ts';
import { isLoopback } from './loopback.ts';
import { portFlag, portOverrides } from './port-flag.ts';
import { interrupted, type Running, run } from './running.ts';
import { EXIT } from './usage.ts';

const notLoopback = defineRefusal<{ key: string; host: string }>('demo.not-loopback', 'forbidden', ({ key, host }) => ({
  zh: `演示的口令是公开的，只在本机回环地址上运行；${key} 却是 ${host}`,
  en: `the demonstration's passwords are public, so it runs on the loopback address only; ${key} is ${host}`,
}));

const notADemo = defineRefusal<{ path: string }>('demo.other-data', 'conflict', ({ path }) => ({
  zh: `${path} 是一个真实的数据目录，演示不会动它`,
  en: `${path} is a real installation's data folder; the demonstration leaves it alone`,
}));

const unfinished = defineRefusal<{ path: string }>('demo.unfinished', 'conflict', ({ path }) => ({
  zh: `演示数据目录 ${path} 上次没有建完，请删除它再启动`,
  en: `the demonstration's folder ${path} was not finished last time; remove it and start again`,
}));

const DEMO_SETTINGS = { 'targets.allowLoopback': true };

export async function runDemo({ values }: Flags): Promise<number> {
  const folder = dataFolder(values.data ?? 'demo-data');
  const file = join(folder.path, 'demo.json');
  const first = prepare(folder, file);
  makeMissingHostKeys(folder);
  const ssh = portFlag('ssh', values.ssh);
  // The port is printed long before it opens, so a free one is chosen now.
  const overrides = portOverrides(portFlag('http', values.http), ssh === 0 ? await freePort() : ssh);
  const settings = loadSettings(folder, overrides);
  refuseOtherAddresses(settings);
  const ended = interrupted();
  const target = await startTargetProcess(join(import.meta.dirname, 'main.ts'), join(folder.path, 'demo-target.json'));
  const logger = createLogger('sluice', 'info', folder.log);
  const running = await run({ folder, settings, keys: loadKeys(folder), clock: systemClock, logger }, true).catch(
    async (error: unknown) => {
      await target.stop();
      throw error;
    },
  );
  const stop = async (): Promise<void> => {
    await running.stop();
    await target.stop();
  };
  try {
    const told = tell(first, file, running, target, settings).then((demo) => {
      process.stdout.write(demoGreeting(demo, folder.path));
    });
    await Promise.race([told.then(() => ended), ended]);
  } finally {
    process.stderr.write('\nsluice: stopping 正在停止\n');
    await stop();
  }
  return EXIT.ok;
}

/** True at the first start. */
function prepare(folder: DataFolder, file: string): boolean {
  const marker = join(folder.path, 'demo-target.json');
  if (!isSetUp(folder)) {
    setUp(folder, DEMO_SETTINGS);
    return true;
  }
  // Interrupted before anything happened in it.
  if (!existsSync(marker) && !existsSync(folder.database) && isDemo(folder)) return true;
  if (!existsSync(marker)) throw notADemo({ path: folder.path });
  if (!existsSync(file)) throw unfinished({ path: folder.path });
  return false;
}

function isDemo(folder: DataFolder): boolean {
  return isDeepStrictEqual(loadSettings(folder, {}), parseSettings(DEMO_SETTINGS));
}

function refuseOtherAddresses(settings: Settings): void {
  for (const key of ['web.host', 'gateway.host'] as const) {
    if (!isLoopback(settings[key])) throw notLoopback({ key, host: settings[key] });
  }
}

async function tell(
  first: boolean,
  file: string,
  running: Running,
  target: TargetProcess,
  settings: Settings,
): Promise<DemoFile> {
  const codes = new CodeBook(systemClock);
  const say = (line: string): void => void process.stderr.write(`sluice: ${line}\n`);
  const parts: StoryParts = {
    services: running.services,
    clock: systemClock,
    codes,
    target,
    say,
    openPort: async () => {
      await running.supervisor.look();
      if (running.supervisor.port === null) throw new Error('expected the SSH port to be open, it is not');
      return running.supervisor.port;
    },
  };
  if (first) {
    await tellStory(parts);
  } else {
    for (const { name, totpSecret } of read(file).accounts) codes.addUsed(name, totpSecret);
    await continueStory(parts, running.database);
  }
  if (!codes.areFresh()) say('waiting for the next one-time codes, at most a minute 等待下一个动态口令，至多一分钟');
  await codes.allFresh();
  const demo = demoFile(running, target, codes, settings);
  writeWhole(file, `${JSON.stringify(demo, null, 2)}\n`);
  return demo;
}

function demoFile(running: Running, target: TargetProcess, codes: CodeBook, settings: Settings): DemoFile {
  return {
    web: running.web,
    ssh: { host: settings['gateway.host'], port: settings['gateway.port'] },
    accounts: [ADMIN, ...INVITED].map(({ name, role }) => ({
      name,
      role,
      password: PASSWORD,
      totpSecret: codes.secret(name),
    })),
    targets: [{ name: TARGET_NAME, host: target.host, port: target.port }],
  };
}

function read(file: string): DemoFile {
  return JSON.parse(readFileSync(file, 'utf8'));
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => (address !== null && typeof address === 'object' ? resolve(address.port) : reject(address)));
    });
  });
}
