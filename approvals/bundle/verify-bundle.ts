// Verifies an evidence bundle from its files and what is known from elsewhere: the log's key, the witnesses. No database,
// no network, no secret.

import type { X509Certificate } from 'node:crypto';
import { lstat, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseTreeHead, type TreeHead } from '../../audit/checkpoint.ts';
import { openNote, parseNote, parseVerifierKey, type VerifierKey } from '../../audit/signed-note.ts';
import { openCosignature } from '../../audit/witness/cosignature.ts';
import { meetsQuorum, type TrustPolicy } from '../../audit/witness/trust-policy.ts';
import { checkRecording } from '../../recordings/verify/check-recording.ts';
import { type ClaimsCollector, collectClaims } from '../../recordings/verify/recording-claims.ts';
import type { SessionId } from '../../store/core/ids.ts';
import { type BundleEvent, proveEvents } from './bundle-events.ts';
import {
  BUNDLE_FILE,
  CHECKPOINT_FILE,
  EVENTS_FILE,
  KEY_FILE,
  type Manifest,
  parseManifest,
  RECORDINGS,
  SUMMARY_FILE,
  TICKET_FILE,
  TIMESTAMPS_FILE,
  wholeText,
} from './bundle-files.ts';
import type { BundleFinding } from './bundle-finding.ts';
import { checkTimestamps, type ToldTimestamp } from './bundle-timestamps.ts';
import { type TicketStory, tellTicket } from './ticket-story.ts';

export interface BundleReport {
  /** `anchored`: it holds, and the key is known from elsewhere. `consistent`: it holds by the key that lies in it. */
  readonly verdict: 'anchored' | 'consistent' | 'broken';
  readonly findings: readonly BundleFinding[];
  readonly manifest: Manifest | undefined;
  readonly checkpoint: TreeHead | undefined;
  /** Names of witnesses of the policy that cosigned the checkpoint, with the time they say, milliseconds since 1970. */
  readonly witnesses: readonly { readonly name: string; readonly at: number }[];
  /** Only those that hold, by growing sizes. */
  readonly timestamps: readonly ToldTimestamp[];
  /** The policy asks for cosignatures. */
  readonly witnessesAsked: boolean;
  readonly events: number;
  readonly story: TicketStory | undefined;
  readonly recordedBytes: number;
}

/** `authorities`: certificates that timestamps must lead to. Rejects only when the folder cannot be read. */
export async function verifyBundle(
  directory: string,
  policy: TrustPolicy | undefined,
  authorities?: readonly X509Certificate[],
): Promise<BundleReport> {
  const bytes = (file: string) => readRegular(join(directory, file));
  const text = async (file: string) => textOf(await bytes(file));
  const findings: BundleFinding[] = [];
  const manifest = parseManifest((await text(BUNDLE_FILE)) ?? '');
  if (manifest === undefined) findings.push(unreadable(BUNDLE_FILE));
  const {
    key,
    head,
    witnesses,
    findings: signatures,
  } = checkSignatures(await text(KEY_FILE), await text(CHECKPOINT_FILE), policy);
  findings.push(...signatures);
  findings.push(...(await strangers(directory, manifest)));
  // Without a signed root nothing else can be judged, and nothing else is said.
  const proven = head && proveEvents((await bytes(EVENTS_FILE)) ?? Buffer.alloc(0), head);
  const stamped = (await bytes(TIMESTAMPS_FILE)) ?? Buffer.alloc(0);
  const stamps = key && head && checkTimestamps(stamped, { key, head, events: proven?.events ?? [], authorities });
  const story = manifest && proven && tellTicket(proven.events, manifest, await text(TICKET_FILE));
  const recordings =
    manifest && story ? await checkRecordings(directory, manifest, proven?.events ?? [], story) : NOT_CHECKED;
  findings.push(
    ...(proven?.findings ?? []),
    ...(stamps?.findings ?? []),
    ...(story?.findings ?? []),
    ...recordings.findings,
  );
  const holds = policy !== undefined && policy.logs.length > 0 ? 'anchored' : 'consistent';
  return {
    verdict: findings.length === 0 ? holds : 'broken',
    findings,
    manifest,
    checkpoint: head,
    witnesses,
    timestamps: stamps?.told ?? [],
    witnessesAsked: policy !== undefined && policy.quorum !== null,
    events: proven?.events.length ?? 0,
    story,
    recordedBytes: recordings.bytes,
  };
}

const NOT_CHECKED: { readonly findings: readonly BundleFinding[]; readonly bytes: number } = { findings: [], bytes: 0 };

interface Signatures {
  readonly key: VerifierKey | undefined;
  readonly head: TreeHead | undefined;
  readonly witnesses: BundleReport['witnesses'];
  readonly findings: readonly BundleFinding[];
}

function checkSignatures(
  vkey: string | undefined,
  note: string | undefined,
  policy: TrustPolicy | undefined,
): Signatures {
  const own = vkey?.endsWith('\n') ? parseVerifierKey(vkey.slice(0, -1)) : undefined;
  if (vkey === undefined || own === undefined)
    return { key: own, head: undefined, witnesses: [], findings: [unreadable(KEY_FILE)] };
  if (
    policy !== undefined &&
    policy.logs.length > 0 &&
    !policy.logs.some(({ verifierKey }) => `${verifierKey}\n` === vkey)
  ) {
    return { key: own, head: undefined, witnesses: [], findings: [anotherKey()] };
  }
  const signed = note === undefined ? undefined : openNote(note, own);
  const head = signed === undefined ? undefined : parseTreeHead(signed);
  if (note === undefined || signed === undefined || head === undefined || head.origin !== own.name) {
    return { key: own, head: undefined, witnesses: [], findings: [notSigned()] };
  }
  const witnesses = policy === undefined ? [] : cosigners(note, signed, policy);
  const enough = policy === undefined || meetsQuorum(policy, new Set(witnesses.map(({ name }) => name)));
  return { key: own, head, witnesses, findings: enough ? [] : [tooFew()] };
}

function cosigners(note: string, text: string, policy: TrustPolicy): { name: string; at: number }[] {
  const lines = note.slice(note.lastIndexOf('\n\n') + 2).split('\n');
  if (parseNote(note) === undefined) return [];
  return policy.witnesses.flatMap(({ name, key }) => {
    const times = lines.map((line) => openCosignature(line, text, key)).filter((time) => time !== undefined);
    return times[0] === undefined ? [] : [{ name, at: Math.max(...times) * 1000 }];
  });
}

async function checkRecordings(
  directory: string,
  { sessions }: Manifest,
  events: readonly BundleEvent[],
  story: TicketStory,
): Promise<typeof NOT_CHECKED> {
  const root = join(directory, RECORDINGS);
  const claims = collectClaims();
  for (const event of events) claims.add(event, EVENTS_FILE);
  const findings: BundleFinding[] = [];
  let bytes = 0;
  const there = new Set(await list(root));
  for (const session of sessions) {
    const destroyed = story.sessions.some(({ id, destroyed: gone }) => id === session && gone !== undefined);
    const claim = claims.claims.get(session);
    if (destroyed && !there.has(session)) continue;
    if (claim === undefined || destroyed || !there.has(session)) findings.push(notAsLogged(session));
    else {
      const checked = await checkRecording(root, claim);
      bytes += checked.bytes;
      findings.push(
        ...checked.findings.map(({ sentence }) => ({ code: 'recording' as const, about: session, sentence })),
      );
    }
  }
  return { findings: [...findings, ...untoldClaims(claims, events, sessions)], bytes };
}

/** What events say of these sessions' recordings and cannot be what this program wrote. */
function untoldClaims(
  claims: ClaimsCollector,
  events: readonly BundleEvent[],
  sessions: readonly string[],
): BundleFinding[] {
  return claims.findings().flatMap(({ where, sentence }) => {
    const session = events.find(({ index }) => index === where.leaf)?.details.session;
    return typeof session === 'string' && sessions.includes(session)
      ? [{ code: 'recording' as const, about: session, sentence }]
      : [];
  });
}

async function strangers(directory: string, manifest: Manifest | undefined): Promise<BundleFinding[]> {
  const known = [
    BUNDLE_FILE,
    CHECKPOINT_FILE,
    KEY_FILE,
    EVENTS_FILE,
    TIMESTAMPS_FILE,
    TICKET_FILE,
    SUMMARY_FILE,
    RECORDINGS,
  ];
  const sessions: readonly string[] = manifest?.sessions ?? [];
  const extra = [
    ...(await list(directory)).filter((name) => !known.includes(name)),
    ...(await list(join(directory, RECORDINGS)))
      .filter((name) => !sessions.includes(name))
      .map((name) => `${RECORDINGS}/${name}`),
  ];
  return extra.map((about) => ({
    code: 'bundle' as const,
    about,
    sentence: { zh: '多出的文件', en: 'this file does not belong here' },
  }));
}

async function readRegular(file: string): Promise<Buffer | undefined> {
  // A pipe in a file's place would never be read to its end, and a link leads out of what is verified.
  if ((await lstat(file).catch(ifMissing))?.isFile() !== true) return undefined;
  return readFile(file);
}

/** What is no UTF-8 is there, and nothing that any part of a bundle can be. */
function textOf(bytes: Buffer | undefined): string | undefined {
  return bytes === undefined ? undefined : (wholeText(bytes) ?? '');
}

async function list(directory: string): Promise<readonly string[]> {
  return (await readdir(directory).catch(ifMissing)) ?? [];
}

function ifMissing(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
  throw error;
}

function unreadable(about: string): BundleFinding {
  const sentence = { zh: '缺少这个文件，或写法不对', en: 'this file is missing, or not written as it must be' };
  return { code: 'bundle', about, sentence };
}

function anotherKey(): BundleFinding {
  const sentence = {
    zh: '日志的公钥不是策略文件里的那一把：全部内容可能被另一把密钥重新签名',
    en: 'the log’s key is not the one in the policy: everything may have been signed again by another',
  };
  return { code: 'key', about: KEY_FILE, sentence };
}

function notSigned(): BundleFinding {
  const sentence = { zh: '检查点不是用这把公钥签名的', en: 'the checkpoint is not signed by this key' };
  return { code: 'checkpoint', about: CHECKPOINT_FILE, sentence };
}

function tooFew(): BundleFinding {
  const sentence = {
    zh: '见证签名不足策略文件所要求的数目',
    en: 'fewer witnesses have signed the checkpoint than the policy asks for',
  };
  return { code: 'witnesses', about: CHECKPOINT_FILE, sentence };
}

function notAsLogged(session: SessionId): BundleFinding {
  const sentence = { zh: '缺少录像，或日志没有说到它', en: 'the recording is missing, or the log does not name it' };
  return { code: 'recording', about: session, sentence };
}
