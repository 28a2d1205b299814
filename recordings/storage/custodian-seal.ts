// The data key of a keys track, sealed to custodians: split so that `threshold` of them have it together and fewer know
// nothing (Shamir), each share encrypted to one custodian (age), and that once more under the records key, so that
// custodians cannot open a recording without the installation writing it down, nor the installation without them.

import { createHash, timingSafeEqual } from 'node:crypto';
import { Encrypter } from 'age-encryption';
import { combine, split } from 'shamir-secret-sharing';
import { canonicalJson, type Json } from '../../store/core/canonical-json.ts';
import type { SessionId } from '../../store/core/ids.ts';
import { Secret } from '../../store/core/secret.ts';
import type { TrackHeader } from '../format/header.ts';
import type { Recipient } from '../format/recording-keys.ts';
import { FORMAT_VERSION, KEY_BYTES } from '../format/track.ts';
import { unwrap, wrap } from './wrap.ts';

/** Who can open what was typed, and how many of them it takes. */
export interface CustodianSet {
  /** From 2 to the number of recipients. */
  readonly threshold: number;
  /** age X25519 recipients, `age1…`, each once. */
  readonly recipients: readonly string[];
}

/** What a header says in clear about its custodians. */
export interface CustodianTerms {
  readonly threshold: number;
  /** SHA-256 that tells the right key: `commitmentOf`. */
  readonly commitment: Buffer;
  readonly shares: readonly { readonly recipient: string; readonly sha256: Buffer; readonly capsule: Buffer }[];
}

const TERMS = 'custodian-terms';
const CUSTODIAN = 'custodian:';
/** Of a share: one byte for each of the key's, and its place on the curve. */
export const SHARE_BYTES = KEY_BYTES + 1;

/** Whether something can be sealed to it: a mistyped one, found only when a session opens, would keep every session shut. */
export async function isRecipient(recipient: string): Promise<boolean> {
  try {
    await sealedFor(recipient, new Uint8Array(SHARE_BYTES));
    return true;
  } catch {
    return false;
  }
}

/** The entries for a header's `recipients`. */
export async function sealToCustodians(
  recordsKey: Secret,
  session: SessionId,
  dataKey: Secret,
  { threshold, recipients }: CustodianSet,
): Promise<Recipient[]> {
  const shares = await split(new Uint8Array(dataKey.reveal()), recipients.length, threshold);
  const capsules = await Promise.all(recipients.map((recipient, nth) => sealedFor(recipient, shares[nth])));
  const terms = {
    commitment: commitmentOf(session, dataKey).toString('base64'),
    shares: shares.map((share) => sha256(share).toString('base64')),
    threshold,
  };
  return [
    { to: TERMS, capsule: Buffer.from(canonicalJson(terms), 'utf8').toString('base64') },
    ...recipients.map((recipient, nth) => ({
      to: `${CUSTODIAN}${recipient}`,
      capsule: wrap(recordsKey, capsules[nth] ?? Buffer.alloc(0), boundTo(session, recipient)).toString('base64'),
    })),
  ];
}

/** Undefined where the track is not sealed to custodians, or its header does not say so in order. */
export function custodianTerms({ recipients }: Pick<TrackHeader, 'recipients'>): CustodianTerms | undefined {
  const terms = recipients.find(({ to }) => to === TERMS);
  const capsules = recipients.filter(({ to }) => to.startsWith(CUSTODIAN));
  const parsed = terms && parseTerms(Buffer.from(terms.capsule, 'base64').toString('utf8'));
  if (parsed === undefined || parsed.shares.length !== capsules.length) return undefined;
  if (parsed.threshold < 2 || parsed.threshold > capsules.length) return undefined;
  return {
    threshold: parsed.threshold,
    commitment: Buffer.from(parsed.commitment, 'base64'),
    shares: capsules.map(({ to, capsule }, nth) => ({
      recipient: to.slice(CUSTODIAN.length),
      sha256: Buffer.from(parsed.shares[nth] ?? '', 'base64'),
      capsule: Buffer.from(capsule, 'base64'),
    })),
  };
}

/** The age file that only this custodian's identity opens; undefined where the header has none for them. */
export function custodianCapsule(recordsKey: Secret, header: TrackHeader, recipient: string): Buffer | undefined {
  const found = custodianTerms(header)?.shares.find((share) => share.recipient === recipient);
  return found && unwrap(recordsKey, found.capsule, boundTo(header.session, recipient));
}

/** Whether that is the share which was sealed for this custodian. */
export function isShareOf(terms: CustodianTerms, recipient: string, share: Buffer): boolean {
  const expected = terms.shares.find((each) => each.recipient === recipient)?.sha256;
  return expected !== undefined && same(expected, sha256(share));
}

/** The data key; undefined while there are too few shares, or when what they give is not the key that was sealed. */
export async function combineShares(header: TrackHeader, shares: readonly Buffer[]): Promise<Secret | undefined> {
  const terms = custodianTerms(header);
  if (terms === undefined || shares.length < terms.threshold) return undefined;
  // Too few or wrong shares give a wrong key without a word.
  const key = Secret.ofBytes(Buffer.from(await combine(shares.map((share) => new Uint8Array(share)))));
  return same(terms.commitment, commitmentOf(header.session, key)) ? key : undefined;
}

async function sealedFor(recipient: string, share: Uint8Array | undefined): Promise<Buffer> {
  if (share === undefined) throw new Error('expected a share for every custodian');
  const encrypter = new Encrypter();
  encrypter.addRecipient(recipient);
  return Buffer.from(await encrypter.encrypt(share));
}

function commitmentOf(session: SessionId, dataKey: Secret): Buffer {
  const key = dataKey.reveal().toString('base64');
  return sha256(Buffer.from(canonicalJson({ key, purpose: 'sluice keys track', session }), 'utf8'));
}

function boundTo(session: SessionId, recipient: string): Json {
  return { purpose: 'sluice custodian capsule', recipient, session, version: FORMAT_VERSION };
}

interface Terms {
  readonly commitment: string;
  readonly shares: readonly string[];
  readonly threshold: number;
}

function parseTerms(text: string): Terms | undefined {
  try {
    const { commitment, shares, threshold } = JSON.parse(text) as { readonly [name: string]: Json };
    if (typeof commitment !== 'string' || typeof threshold !== 'number' || !Array.isArray(shares)) return undefined;
    return { commitment, threshold, shares: shares.map(String) };
  } catch {
    return undefined;
  }
}

function sha256(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}

function same(one: Buffer, other: Buffer): boolean {
  return one.length === other.length && timingSafeEqual(one, other);
}
