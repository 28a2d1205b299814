// `sluice checkpoint`: the latest signed checkpoint, to be kept elsewhere; the request for a witness that is reached by
// hand; and its answer, checked before it is kept. It reads the files alone, beside a running server or without one.

import { parseTreeHead, type TreeHead } from '../../audit/checkpoint.ts';
import { type EvidenceFolder, openEvidenceFolder } from '../../audit/evidence-folder.ts';
import { CHECKPOINT_FILE, HISTORY_FILE, parseHistoryLine } from '../../audit/log-files.ts';
import { proveConsistency } from '../../audit/log-proofs.ts';
import { parseNote } from '../../audit/signed-note.ts';
import { TileMissing } from '../../audit/tile-tree.ts';
import { addCheckpointText } from '../../audit/witness/add-checkpoint.ts';
import { openCosignature } from '../../audit/witness/cosignature.ts';
import { keepCosignature, lastCosigned } from '../../audit/witness/cosignature-store.ts';
import type { PolicyWitness } from '../../audit/witness/trust-policy.ts';
import { defineRefusal } from '../../store/core/refusal.ts';
import { dataFolder, loadSettings } from './data-folder.ts';
import type { Flags } from './flags.ts';
import { readGiven } from './read-given.ts';
import { EXIT } from './usage.ts';
import { loadPolicy } from './witnesses.ts';

const nothingSigned = defineRefusal<{ path: string }>('checkpoint.absent', 'absent', ({ path }) => ({
  zh: `${path} 里还没有检查点`,
  en: `${path} has no checkpoint yet`,
}));

const badWords = defineRefusal('usage.checkpoint', 'invalid', () => ({
  zh: '应为 checkpoint，checkpoint request 见证方，或 checkpoint take 见证方 文件',
  en: 'expected ./sluice checkpoint, checkpoint request WITNESS, or checkpoint take WITNESS ANSWER',
}));

const badSize = defineRefusal<{ old: string; size: number }>('usage.old-size', 'invalid', ({ old, size }) => ({
  zh: `--old 应为 0 至 ${size} 的整数，实为 ${old}`,
  en: `--old: expected a whole number from 0 to ${size}, got ${old}`,
}));

const noWitness = defineRefusal<{ name: string; names: string }>('checkpoint.no-witness', 'invalid', (at) => ({
  zh: `见证策略中没有 ${at.name}；有：${at.names}`,
  en: `the policy has no witness ${at.name}; it has: ${at.names}`,
}));

const notCosigned = defineRefusal<{ name: string }>('checkpoint.not-cosigned', 'invalid', ({ name }) => ({
  zh: `这不是 ${name} 对本日志任何检查点的见证签名，没有保存`,
  en: `this is not a cosignature by ${name} of any checkpoint of this log; nothing was kept`,
}));

export async function runCheckpoint({ values, positionals }: Flags): Promise<number> {
  const data = dataFolder(values.data ?? 'data');
  const settings = loadSettings(data, {});
  const folder = openEvidenceFolder(data.evidence);
  const [word, name = '', file = ''] = positionals;
  if (word === undefined) {
    process.stdout.write((await latest(folder, data.path)).note);
    return EXIT.ok;
  }
  const asks = word === 'request' && positionals.length === 2;
  if (!asks && !(word === 'take' && positionals.length === 3)) throw badWords();
  const verifierKey = ((await folder.read('log.vkey')) ?? Buffer.alloc(0)).toString('utf8').trim();
  const witnesses = loadPolicy(data, settings, verifierKey)?.witnesses ?? [];
  const witness = witnesses.find((each) => each.name === name);
  const names = witnesses.map((each) => each.name).join(', ') || '-';
  if (witness === undefined) throw noWitness({ name, names });
  return asks ? writeRequest(folder, data.path, witness, values.old) : take(folder, witness, readGiven(file));
}

async function writeRequest(
  folder: EvidenceFolder,
  path: string,
  { verifierKey }: PolicyWitness,
  old: string | undefined,
): Promise<number> {
  // A server that publishes meanwhile replaces the open tiles: read again under the checkpoint that followed.
  for (let tries = 1; ; tries += 1) {
    const { note, head } = await latest(folder, path);
    const oldSize = old === undefined ? ((await lastCosigned(folder)).get(verifierKey)?.size ?? 0) : Number(old);
    if (!/^\d+$/.test(old ?? '0') || oldSize > head.size) throw badSize({ old: String(oldSize), size: head.size });
    try {
      const proof = await proveConsistency(folder, head, oldSize, head.size);
      process.stdout.write(addCheckpointText({ oldSize, proof, checkpoint: note }));
      return EXIT.ok;
    } catch (error) {
      if (!(error instanceof TileMissing) || tries === 5) throw error;
    }
  }
}

async function take(
  folder: EvidenceFolder,
  { name, key, verifierKey }: PolicyWitness,
  answer: string,
): Promise<number> {
  const history = ((await folder.read(HISTORY_FILE)) ?? Buffer.alloc(0)).toString('utf8').split('\n').reverse();
  for (const line of answer.split('\n').filter((each) => each.startsWith('— '))) {
    for (const entry of history) {
      const text = parseNote(parseHistoryLine(entry) ?? '')?.text ?? '';
      const seconds = openCosignature(line, text, key);
      const size = parseTreeHead(text)?.size;
      if (seconds === undefined || size === undefined) continue;
      await keepCosignature(folder, { size, key, verifierKey, line });
      const at = new Date(seconds * 1000).toISOString();
      process.stdout.write(`kept: ${name} has cosigned the checkpoint over ${size} leaves, ${at}\n`);
      return EXIT.ok;
    }
  }
  throw notCosigned({ name });
}

async function latest(
  folder: EvidenceFolder,
  path: string,
): Promise<{ readonly note: string; readonly head: TreeHead }> {
  const note = ((await folder.read(CHECKPOINT_FILE)) ?? Buffer.alloc(0)).toString('utf8');
  const head = parseTreeHead(parseNote(note)?.text ?? '');
  if (head === undefined) throw nothingSigned({ path });
  return { note, head };
}
