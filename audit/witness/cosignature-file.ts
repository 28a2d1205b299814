// The file of cosignatures: each line one checkpoint's size, a witness's verifier key, and its signature in the spelling
// of a note. A line can be checked with nothing but the history of checkpoints.

import { parseSignature, type VerifierKey } from '../signed-note.ts';
import { openCosignature, parseWitnessKey } from './cosignature.ts';

export const COSIGNATURES_FILE = 'cosignatures';

export interface StoredCosignature {
  readonly size: number;
  readonly key: VerifierKey;
  readonly verifierKey: string;
  /** The note's signature line, without its newline. */
  readonly line: string;
}

export function cosignatureLine({ size, verifierKey, line }: StoredCosignature): string {
  return `${size} ${verifierKey} ${line.split(' ').at(-1) ?? ''}\n`;
}

/** A line without its newline; undefined when it is not exactly one. */
export function parseCosignatureLine(text: string): StoredCosignature | undefined {
  const [, sizeText = '', verifierKey = '', base64 = ''] = /^([1-9]\d{0,15}) (\S+) (\S+)$/u.exec(text) ?? [];
  const [size, key] = [Number(sizeText), parseWitnessKey(verifierKey)];
  if (key === undefined || !Number.isSafeInteger(size)) return undefined;
  const line = `— ${key.name} ${base64}`;
  return parseSignature(line) === undefined ? undefined : { size, key, verifierKey, line };
}

/** When it was made, seconds since 1970; undefined when it is not a cosignature of this text. */
export function cosignedAt({ line, key }: StoredCosignature, text: string): number | undefined {
  return openCosignature(line, text, key);
}
