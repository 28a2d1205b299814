// Checks every checkpoint that was ever published: its signature, its place in the chain, its growth.

import type { Sentence } from '../store/core/refusal.ts';
import { type Checkpoint, noteHash, parseCheckpoint } from './checkpoint.ts';
import type { EvidenceFolder } from './evidence-folder.ts';
import type { Finding } from './finding.ts';
import { CHECKPOINT_FILE, HISTORY_FILE, parseHistoryLine, VERIFIER_KEY_FILE } from './log-files.ts';
import { openNote, parseVerifierKey, type VerifierKey } from './signed-note.ts';

/** A root that the leaves must lead to. */
export interface ExpectedRoot {
  readonly size: number;
  readonly root: Buffer;
  /** `history`, or `kept` when it came from outside the folder. */
  readonly from: 'history' | 'kept';
}

export interface HistoryCheck {
  readonly findings: readonly Finding[];
  readonly key: VerifierKey | undefined;
  /** The latest checkpoint that could be read. */
  readonly latest: Checkpoint | undefined;
  /** By size. */
  readonly roots: readonly ExpectedRoot[];
  readonly checkpoints: number;
  /** The notes of the sizes that were asked for. */
  readonly notes: ReadonlyMap<number, string>;
}

export interface HistoryTrust {
  /** The verifier key as it is known from elsewhere; without it the folder's own is believed. */
  readonly verifierKey?: string;
  /** Notes of checkpoints that were kept outside the folder. */
  readonly keptCheckpoints?: readonly string[];
}

/** `wanted`: the sizes whose notes are needed again. */
export async function verifyHistory(
  folder: EvidenceFolder,
  trust: HistoryTrust,
  wanted: ReadonlySet<number>,
): Promise<HistoryCheck> {
  const findings: Finding[] = [];
  const key = await checkKey(folder, trust.verifierKey, findings);
  if (key === undefined) return { findings, key, latest: undefined, roots: [], checkpoints: 0, notes: new Map() };
  const chain = await checkChain(folder, key, findings, wanted);
  await checkLatest(folder, chain.lastNote, findings);
  const kept = checkKept(trust.keptCheckpoints ?? [], key, chain.latest?.size ?? 0, findings);
  const roots = [...chain.roots, ...kept].sort((a, b) => a.size - b.size);
  return { findings, key, latest: chain.latest, roots, checkpoints: chain.roots.length, notes: chain.notes };
}

async function checkKey(
  folder: EvidenceFolder,
  trusted: string | undefined,
  findings: Finding[],
): Promise<VerifierKey | undefined> {
  const where = { file: VERIFIER_KEY_FILE };
  const text = (await folder.read(VERIFIER_KEY_FILE))?.toString('utf8');
  const own = text?.endsWith('\n') ? parseVerifierKey(text.slice(0, -1)) : undefined;
  if (text === undefined) findings.push({ where, sentence: { zh: '缺少验证公钥', en: 'the verifier key is missing' } });
  else if (own === undefined) {
    findings.push({ where, sentence: { zh: '验证公钥格式不正确', en: 'this is not a verifier key' } });
  }
  if (trusted === undefined) return own;
  const known = parseVerifierKey(trusted.trim());
  if (known === undefined) throw new TypeError(`expected a verifier key, got ${trusted}`);
  if (own !== undefined && text !== `${trusted.trim()}\n`) {
    const sentence = {
      zh: '验证公钥与所信任的公钥不同：证据可能被另一把密钥重新签名',
      en: 'the verifier key is not the trusted one: the evidence may have been signed again by another key',
    };
    findings.push({ where, sentence });
  }
  return known;
}

interface Chain {
  readonly latest: Checkpoint | undefined;
  readonly lastNote: string | undefined;
  readonly roots: readonly ExpectedRoot[];
  readonly notes: ReadonlyMap<number, string>;
}

async function checkChain(
  folder: EvidenceFolder,
  key: VerifierKey,
  findings: Finding[],
  wanted: ReadonlySet<number>,
): Promise<Chain> {
  const notes = new Map<number, string>();
  const bytes = await folder.read(HISTORY_FILE);
  const roots: ExpectedRoot[] = [];
  let [latest, lastNote]: [Checkpoint | undefined, string | undefined] = [undefined, undefined];
  if (bytes === undefined || bytes.length === 0) {
    const sentence = { zh: '缺少检查点历史', en: 'the history of checkpoints is missing' };
    findings.push({ where: { file: HISTORY_FILE }, sentence });
    return { latest, lastNote, roots, notes };
  }
  for (let offset = 0; offset < bytes.length; ) {
    const end = bytes.indexOf('\n', offset);
    const note = end < 0 ? undefined : parseHistoryLine(bytes.subarray(offset, end).toString('utf8'));
    const read = readNext(note, key, latest, lastNote);
    if ('en' in read) {
      // What follows hangs on this one; its own chain would only repeat the finding.
      findings.push({ where: { file: HISTORY_FILE, offset }, sentence: read });
      break;
    }
    roots.push({ size: read.size, root: read.root, from: 'history' });
    [latest, lastNote] = [read, note];
    if (note !== undefined && wanted.has(read.size)) notes.set(read.size, note);
    offset = end + 1;
  }
  return { latest, lastNote, roots, notes };
}

function readNext(
  note: string | undefined,
  key: VerifierKey,
  latest: Checkpoint | undefined,
  lastNote: string | undefined,
): Checkpoint | Sentence {
  if (note === undefined) return { zh: '不是完整的检查点', en: 'this is not a whole checkpoint' };
  const text = openNote(note, key);
  if (text === undefined) return { zh: '检查点的签名无效', en: "the checkpoint's signature does not hold" };
  const checkpoint = parseCheckpoint(text);
  if (checkpoint === undefined || checkpoint.origin !== key.name) {
    return { zh: '不是本日志的检查点', en: 'this is no checkpoint of this log' };
  }
  const expected = lastNote === undefined ? 'none' : noteHash(lastNote).toString('hex');
  if ((checkpoint.previous?.toString('hex') ?? 'none') !== expected) {
    return {
      zh: '检查点与前一个不相连：中间有缺失',
      en: 'the checkpoint does not follow the one before it: one is missing',
    };
  }
  if (checkpoint.size <= (latest?.size ?? 0)) return { zh: '日志变短了', en: 'the log has become shorter' };
  return checkpoint;
}

async function checkLatest(folder: EvidenceFolder, lastNote: string | undefined, findings: Finding[]): Promise<void> {
  const note = (await folder.read(CHECKPOINT_FILE))?.toString('utf8');
  const where = { file: CHECKPOINT_FILE };
  if (note === undefined)
    findings.push({ where, sentence: { zh: '缺少最新检查点', en: 'the latest checkpoint is missing' } });
  else if (note !== lastNote) {
    const sentence = {
      zh: '最新检查点不是历史中的最后一个',
      en: 'the latest checkpoint is not the last one of the history',
    };
    findings.push({ where, sentence });
  }
}

function checkKept(
  notes: readonly string[],
  key: VerifierKey,
  size: number,
  findings: Finding[],
): readonly ExpectedRoot[] {
  return notes.flatMap((note) => {
    const text = openNote(note, key);
    const checkpoint = text === undefined ? undefined : parseCheckpoint(text);
    if (checkpoint === undefined) {
      const sentence = {
        zh: '另存的检查点不是由本日志的密钥签名的',
        en: "a checkpoint kept elsewhere is not signed by this log's key",
      };
      findings.push({ where: { file: VERIFIER_KEY_FILE }, sentence });
      return [];
    }
    if (checkpoint.size <= size) return [{ size: checkpoint.size, root: checkpoint.root, from: 'kept' as const }];
    const sentence = {
      zh: `日志被回退：另存的检查点有 ${checkpoint.size} 条，这里只有 ${size} 条`,
      en: `the log has been rolled back: a checkpoint kept elsewhere covers ${checkpoint.size} leaves, here are ${size}`,
    };
    findings.push({ where: { file: CHECKPOINT_FILE }, sentence });
    return [];
  });
}
