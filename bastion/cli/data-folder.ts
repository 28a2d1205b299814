// The one folder an installation lives in, and the secrets it starts with. Everything is readable by its owner only.

import { createPrivateKey, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { defineRefusal } from '../../store/core/refusal.ts';
import { Secret } from '../../store/core/secret.ts';
import { parseSettings, type Settings } from '../../store/core/settings.ts';
import { newRsaHostKey, newSshKeyPair } from './ssh-key-pair.ts';

export interface DataFolder {
  readonly path: string;
  readonly settings: string;
  readonly database: string;
  readonly evidence: string;
  readonly recordings: string;
  /** What is made of recordings, and can be made again. */
  readonly derived: string;
  /** Copies of files. */
  readonly files: string;
  /** Files that belong to tickets. */
  readonly attachments: string;
  readonly log: string;
  readonly keys: string;
}

/** What only this installation knows. Losing the records key loses the recordings; `keys/` belongs in the backup. */
export interface InstallationKeys {
  readonly vault: Secret;
  readonly records: Secret;
  /** Ed25519, signs checkpoints. */
  readonly log: KeyObject;
  /** PEM of each of the gateway's host keys. */
  readonly sshHosts: readonly string[];
  /** The evidence log's name: in every checkpoint, unlike any other installation's. */
  readonly origin: string;
}

const noFolder = defineRefusal<{ path: string }>('data.absent', 'absent', ({ path }) => ({
  zh: `数据目录 ${path} 尚未初始化，请先运行 ./sluice init --data ${path}`,
  en: `the data folder ${path} is not set up; run ./sluice init --data ${path} first`,
}));

const alreadyThere = defineRefusal<{ path: string }>('data.exists', 'conflict', ({ path }) => ({
  zh: `数据目录 ${path} 已经初始化过，没有改动任何内容`,
  en: `the data folder ${path} is set up already; nothing was changed`,
}));

const notMade = defineRefusal<{ path: string; why: string }>('data.not-made', 'unavailable', ({ path, why }) => ({
  zh: `无法建立目录 ${path}（${why}），请换一个 --data 目录或修改权限`,
  en: `the folder ${path} cannot be made (${why}); choose another --data folder or change the permissions`,
}));

const notJson = defineRefusal<{ file: string; why: string }>('settings.not-json', 'invalid', ({ file, why }) => ({
  zh: `设置文件 ${file} 不是有效的 JSON：${why}`,
  en: `the settings file ${file} is not valid JSON: ${why}`,
}));

export function dataFolder(path: string): DataFolder {
  const root = resolve(path);
  return {
    path: root,
    settings: join(root, 'sluice.json'),
    database: join(root, 'sluice.db'),
    evidence: join(root, 'evidence'),
    recordings: join(root, 'recordings'),
    derived: join(root, 'derived'),
    files: join(root, 'files'),
    attachments: join(root, 'attachments'),
    log: join(root, 'log', 'sluice.log'),
    keys: join(root, 'keys'),
  };
}

/** The settings may be there before everything else, where an operator wrote them first; the last key comes last. */
export function isSetUp(folder: DataFolder): boolean {
  return existsSync(folder.settings) && existsSync(join(folder.keys, LAST_KEY));
}

const LAST_KEY = 'ssh_host_ed25519';
const RSA_KEY = 'ssh_host_rsa';

/**
 * Gives a folder that is set up the host keys it lacks: those of older versions have one of Ed25519 only. What is there
 * stays: people have pinned it.
 */
export function makeMissingHostKeys(folder: DataFolder): void {
  // Here, not in setUp: it takes up to seconds, and an installation works without it.
  const file = join(folder.keys, RSA_KEY);
  if (isSetUp(folder) && !existsSync(file)) writeWhole(file, newRsaHostKey());
}

/**
 * Makes folders, keys and, where there are none, the settings. What an interrupted set-up left is kept. Refuses to touch
 * a folder that has been set up before, and to make new keys beside evidence that old ones signed.
 */
export function setUp(folder: DataFolder, settings: object): void {
  if (isSetUp(folder) || existsSync(join(folder.evidence, 'log.vkey'))) throw alreadyThere({ path: folder.path });
  for (const each of [folder.path, folder.evidence, folder.recordings, folder.keys, join(folder.path, 'log')]) {
    makeFolder(each);
  }
  const keep = (name: string, content: string | Buffer) => writeOnce(join(folder.keys, name), content);
  writeOnce(folder.settings, `${JSON.stringify(settings, null, 2)}\n`);
  keep('vault.key', randomBytes(32).toString('base64'));
  keep('records.key', randomBytes(32).toString('base64'));
  keep('log.pem', generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }));
  keep('log.origin', `sluice/${randomBytes(8).toString('hex')}`);
  // Its presence says that everything before it is complete.
  keep(LAST_KEY, newSshKeyPair().private);
}

function makeFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    chmodSync(path, 0o700);
  } catch (error) {
    throw notMade({ path, why: error instanceof Error && 'code' in error ? String(error.code) : String(error) });
  }
}

/** Whole or not at all, and never over what is there. */
function writeOnce(file: string, content: string | Buffer): void {
  if (existsSync(file)) return;
  writeWhole(file, content);
}

/** A kill leaves the old content or the new, never a part. */
export function writeWhole(file: string, content: string | Buffer): void {
  writeFileSync(`${file}.unfinished`, content, { mode: 0o600 });
  renameSync(`${file}.unfinished`, file);
}

/** The settings in force: the file's, under what the command line says. */
export function loadSettings(folder: DataFolder, overrides: object): Settings {
  if (!isSetUp(folder)) throw noFolder({ path: folder.path });
  return parseSettings({ ...readJson(folder.settings), ...overrides });
}

export function loadKeys(folder: DataFolder): InstallationKeys {
  const read = (name: string) => readFileSync(join(folder.keys, name), 'utf8');
  return {
    vault: symmetric(read('vault.key'), 'vault.key'),
    records: symmetric(read('records.key'), 'records.key'),
    log: createPrivateKey(read('log.pem')),
    sshHosts: [LAST_KEY, RSA_KEY].filter((name) => existsSync(join(folder.keys, name))).map(read),
    origin: read('log.origin').trim(),
  };
}

function symmetric(text: string, name: string): Secret {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length !== 32) throw new Error(`expected 256 bits in keys/${name}, got ${bytes.length * 8}`);
  return Secret.ofBytes(bytes);
}

function readJson(file: string): object {
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw new SyntaxError('expected an object');
    return value;
  } catch (error) {
    if (error instanceof SyntaxError) throw notJson({ file, why: error.message });
    throw error;
  }
}
