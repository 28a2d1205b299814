// What a file is, by its own bytes: a closed list of kinds that show something and run nothing. What it is called says
// nothing here, but must agree. All input is attacker-controlled.

import { isUtf8 } from 'node:buffer';
import type { AttachmentType, RefusedType } from './attachment.ts';
import { officeKind } from './office-file.ts';

const REFUSED: readonly (readonly [RefusedType, readonly string[]])[] = [
  // ELF, DOS and Windows, Mach-O in three spellings, Java, WebAssembly, scripts.
  ['program', ['7f454c46', '4d5a', 'feedface', 'feedfacf', 'cefaedfe', 'cffaedfe', 'cafebabe', '0061736d', '2321']],
  // gzip, bzip2, xz, 7z, RAR, zstd, cabinet.
  ['archive', ['1f8b', '425a68', 'fd377a585a00', '377abcaf271c', '526172211a07', '28b52ffd', '4d534346']],
  ['old-office', ['d0cf11e0a1b11ae1']],
];

/** The kind, or why it is none. */
export function typeOf(bytes: Buffer): AttachmentType | { readonly refused: RefusedType } {
  const starts = (hex: string): boolean => bytes.subarray(0, hex.length / 2).toString('hex') === hex;
  if (starts('89504e470d0a1a0a')) return endsWith(bytes, '49454e44ae426082') ? 'png' : { refused: 'damaged' };
  if (starts('ffd8ff')) return bytes.lastIndexOf(Buffer.from('ffd9', 'hex')) > 0 ? 'jpeg' : { refused: 'damaged' };
  if (starts('255044462d')) return bytes.subarray(-1024).includes('%%EOF') ? 'pdf' : { refused: 'damaged' };
  if (starts('504b')) return officeKind(bytes);
  const known = REFUSED.find(([, signatures]) => signatures.some(starts));
  if (known !== undefined) return { refused: known[0] };
  return textKind(bytes);
}

function endsWith(bytes: Buffer, hex: string): boolean {
  return bytes.subarray(-hex.length / 2).toString('hex') === hex;
}

/** UTF-8 or GB18030 without controls, and nothing that a browser would take for a page. */
function textKind(bytes: Buffer): 'text' | { readonly refused: RefusedType } {
  const text = decoded(bytes);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  if (text === undefined || /[\x00-\x08\x0b\x0e-\x1f\x7f]/.test(text)) return { refused: 'unknown' };
  if (/^\ufeff?\s*<(!doctype|html|head|body|script|svg|\?xml|!--|iframe)/i.test(text)) return { refused: 'page' };
  return 'text';
}

function decoded(bytes: Buffer): string | undefined {
  if (isUtf8(bytes)) return bytes.toString('utf8');
  try {
    return new TextDecoder('gb18030', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
