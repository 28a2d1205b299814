// `sluice check`: the settings in force and what is wrong with this installation, without changing anything.

import { accessSync, constants, statfsSync, statSync } from 'node:fs';
import { isIP } from 'node:net';
import { systemClock } from '../../store/core/clock.ts';
import { SETTINGS, type Settings } from '../../store/core/settings.ts';
import { unexpectedFiles } from '../gateway/ssh2/patched.ts';
import { checkKeeping } from './check-keeping.ts';
import { checkWitnesses } from './check-witnesses.ts';
import { type DataFolder, dataFolder, loadKeys, loadSettings } from './data-folder.ts';
import type { Flags } from './flags.ts';
import { hostKeyLines } from './host-key-lines.ts';
import { isLoopback } from './loopback.ts';
import { EXIT } from './usage.ts';
import { version } from './version.ts';

export async function runCheck({ values }: Flags): Promise<number> {
  const folder = dataFolder(values.data ?? 'data');
  const settings = loadSettings(folder, {});
  const lines = [
    `sluice ${version()}, node ${process.versions.node}`,
    `data folder ${folder.path}`,
    '',
    'settings in force',
  ];
  for (const [key, setting] of Object.entries(SETTINGS)) {
    const value = shown(key, settings[key as keyof Settings]);
    lines.push(`  ${key.padEnd(24)} ${value.padEnd(22)} ${setting.meaning}`);
  }
  const keeping = await checkKeeping(folder, settings, systemClock.now());
  const witnesses = await checkWitnesses(folder, settings, systemClock.now());
  lines.push('', ...shownHostKeys(folder, settings), '', ...witnesses.lines, '', ...keeping.lines, '');
  const problems = [...problemsOf(folder, settings), ...witnesses.problems, ...keeping.problems];
  lines.push(...(problems.length === 0 ? ['nothing is wrong'] : problems.map((problem) => `! ${problem}`)));
  process.stdout.write(`${lines.join('\n')}\n`);
  return problems.length === 0 ? EXIT.ok : EXIT.problem;
}

/** A database URL may hold a password. */
function shown(key: string, value: Settings[keyof Settings]): string {
  if (key !== 'database.url' || typeof value !== 'string') return JSON.stringify(value);
  return value.replace(/:\/\/([^:@/]*):[^@/]*@/, '://$1:<secret>@');
}

function shownHostKeys(folder: DataFolder, settings: Settings): string[] {
  const url = settings['web.publicUrl'];
  const name = url === null ? 'sluice.example' : new URL(url).hostname;
  const keys = loadKeys(folder).sshHosts.map((pem) => hostKeyLines(pem, name));
  return [
    'SSH host keys',
    ...keys.map(({ fingerprint }) => `  ${fingerprint}`),
    'for DNS, where the name is the one people connect to',
    ...keys.map(({ sshfp }) => `  ${sshfp}`),
  ];
}

function problemsOf(folder: DataFolder, settings: Settings): string[] {
  const problems: string[] = [];
  for (const path of [folder.path, folder.keys, folder.evidence, folder.recordings]) {
    const mode = statSync(path, { throwIfNoEntry: false })?.mode;
    if (mode === undefined) problems.push(`${path} is missing`);
    else if ((mode & 0o077) !== 0) problems.push(`${path} can be read by others: chmod 700 ${path}`);
  }
  for (const path of [folder.evidence, folder.recordings]) {
    try {
      accessSync(path, constants.W_OK);
    } catch {
      problems.push(`${path} cannot be written`);
    }
  }
  const { bavail, bsize } = statfsSync(folder.path);
  const reserve = settings['recordings.reserveMiB'];
  if (bavail * bsize < reserve * 1024 * 1024) problems.push(`less than ${reserve} MiB are free: no session will open`);
  if (settings['web.tlsCertificate'] === null && !isLoopback(settings['web.host'])) {
    problems.push('web.host is not the loopback address, and there is no certificate: serve will refuse to start');
  }
  for (const key of ['web.host', 'gateway.host'] as const) {
    if (isIP(settings[key]) === 0 && settings[key] !== 'localhost')
      problems.push(`${key} is not an address: ${settings[key]}`);
  }
  const files = unexpectedFiles();
  if (files.length > 0) problems.push(`ssh2 is not the patched one (${files.join(', ')}): serve will refuse to start`);
  return problems;
}
