// `sluice witness`: a small program apart from everything else, best on another machine and in other hands. It has a key
// and a state of its own, knows logs by their public keys, and cosigns what continues what it has cosigned: over HTTP,
// or `sign` for a request that was carried to it in a file.

import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { KEY_NAME, parseVerifierKey, type VerifierKey } from '../../audit/signed-note.ts';
import { type Cosigner, createCosigner } from '../../audit/witness/cosignature.ts';
import { openWitnessState } from '../../audit/witness/state-folder.ts';
import { createWitness, type Witness } from '../../audit/witness/witness.ts';
import { systemClock } from '../../store/core/clock.ts';
import { defineRefusal } from '../../store/core/refusal.ts';
import { writeWhole } from './data-folder.ts';
import type { Flags } from './flags.ts';
import { claim } from './only-one.ts';
import { portFlag } from './port-flag.ts';
import { readGiven } from './read-given.ts';
import { interrupted } from './running.ts';
import { EXIT } from './usage.ts';
import { serveWitness } from './witness-server.ts';

const missing = defineRefusal<{ flag: string }>('usage.missing', 'invalid', ({ flag }) => ({
  zh: `缺少 --${flag}`,
  en: `--${flag} is missing; ./sluice witness --help says what it takes`,
}));

const badName = defineRefusal<{ name: string }>('usage.witness-name', 'invalid', ({ name }) => ({
  zh: `见证方名称不能为空，不能含空格和加号，实为 ${JSON.stringify(name)}`,
  en: `expected a name without spaces and plus signs, got ${JSON.stringify(name)}`,
}));

const noLog = defineRefusal<{ file: string }>('witness.no-log', 'invalid', ({ file }) => ({
  zh: `${file} 里应每行有一个日志公钥`,
  en: `expected the verifier key of a log on each line of ${file}`,
}));

const unknownWord = defineRefusal<{ word: string }>('usage.witness', 'invalid', ({ word }) => ({
  zh: `没有 witness ${word} 这个命令`,
  en: `expected ./sluice witness or ./sluice witness sign REQUEST, got ${word}`,
}));

const refused = defineRefusal<{ why: string }>('witness.refused', 'conflict', ({ why }) => ({
  zh: `没有签名：${why}`,
  en: `nothing was signed: ${why}`,
}));

const DEFAULT_PORT = 8091;

export async function runWitness({ values, positionals }: Flags): Promise<number> {
  const { state, log } = values;
  if (state === undefined) throw missing({ flag: 'state' });
  if (log === undefined) throw missing({ flag: 'log' });
  const [word, request] = positionals;
  if (word !== undefined && (word !== 'sign' || positionals.length !== 2)) throw unknownWord({ word });
  const port = portFlag('port', values.port) ?? DEFAULT_PORT;
  const logs = readLogs(log);
  const directory = resolve(state);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  chmodSync(directory, 0o700);
  const release = claim({ path: directory });
  try {
    const cosigner = loadCosigner(directory, values.name);
    const witness = createWitness({ logs, cosigner, store: openWitnessState(directory), clock: systemClock });
    if (request !== undefined) return await signFile(witness, request);
    return await serve(witness, cosigner, values.host ?? '127.0.0.1', port);
  } finally {
    release();
  }
}

async function serve(witness: Witness, { verifierKey }: Cosigner, host: string, port: number): Promise<number> {
  const server = await serveWitness(witness, host, port);
  process.stdout.write(`${verifierKey}\nthis witness answers at ${server.url}\n`);
  await interrupted();
  await server.stop();
  return EXIT.ok;
}

async function signFile(witness: Witness, file: string): Promise<number> {
  const answer = await witness.add(readGiven(file));
  if ('why' in answer) throw refused({ why: answer.why });
  if ('size' in answer) {
    throw refused({ why: `this witness has last cosigned ${answer.size} leaves; ask again with --old ${answer.size}` });
  }
  process.stdout.write(answer.cosignature);
  return EXIT.ok;
}

function readLogs(file: string): readonly VerifierKey[] {
  const lines = readGiven(file)
    .split('\n')
    .filter((line) => line.trim() !== '');
  const logs = lines.map((line) => parseVerifierKey(line.trim())).filter((key) => key !== undefined);
  if (logs.length === 0 || logs.length !== lines.length) throw noLog({ file });
  return logs;
}

/** Made at the first start; what is there is never changed. */
function loadCosigner(directory: string, given: string | undefined): Cosigner {
  const [keyFile, nameFile] = [join(directory, 'witness.pem'), join(directory, 'witness.name')];
  if (!existsSync(keyFile)) {
    if (given === undefined) throw missing({ flag: 'name' });
    if (!KEY_NAME.test(given)) throw badName({ name: given });
    writeWhole(nameFile, `${given}\n`);
    const { privateKey } = generateKeyPairSync('ed25519');
    writeWhole(keyFile, privateKey.export({ type: 'pkcs8', format: 'pem' }));
  }
  return createCosigner(readFileSync(nameFile, 'utf8').trim(), createPrivateKey(readFileSync(keyFile, 'utf8')));
}
