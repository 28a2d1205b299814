// Whether a ZIP is a Word or Excel document of the kind that holds no program. Only its directory is read, and the one
// part that says what the others are; nothing else is unpacked. All input is attacker-controlled.

import { inflateRawSync } from 'node:zlib';
import type { RefusedType } from './attachment.ts';

type Refused = { readonly refused: RefusedType };

interface Entry {
  readonly name: string;
  readonly method: number;
  readonly flags: number;
  readonly packed: number;
  readonly at: number;
}

const END = 0x06054b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const END_BYTES = 22;
const MOST_ENTRIES = 4096;
const MOST_PART_BYTES = 1024 * 1024;
const TYPES = '[Content_Types].xml';
/** Programs, and what other programs are called to open. */
const ACTIVE = /vbaproject|vbadata|activex|\/embeddings\/|macrosheets|\.(bin|exe|dll|js|vbs|hta|lnk|scr)$/i;

export function officeKind(bytes: Buffer): 'docx' | 'xlsx' | Refused {
  const entries = readDirectory(bytes);
  if (entries === undefined) return { refused: 'damaged' };
  const names = new Set(entries.map(({ name }) => name));
  const kind = names.has('word/document.xml') ? 'docx' : names.has('xl/workbook.xml') ? 'xlsx' : undefined;
  const types = entries.find(({ name }) => name === TYPES);
  if (kind === undefined || types === undefined) return { refused: 'archive' };
  if (names.size !== entries.length || entries.some(({ flags }) => (flags & 1) === 1)) return { refused: 'damaged' };
  const told = readPart(bytes, types);
  if (told === undefined) return { refused: 'damaged' };
  const active = entries.some(({ name }) => ACTIVE.test(name)) || /macroEnabled|vbaProject|activeX/i.test(told);
  return active ? { refused: 'macros' } : kind;
}

/** Undefined unless it is one whole ZIP from the first byte to the last, and nothing else. */
function readDirectory(bytes: Buffer): readonly Entry[] | undefined {
  const end = bytes.length - END_BYTES;
  if (end < 0 || bytes.readUInt32LE(end) !== END || bytes.readUInt32LE(0) !== LOCAL) return undefined;
  const [disk, disks, here, all] = [4, 6, 8, 10].map((at) => bytes.readUInt16LE(end + at));
  const [size, first, comment] = [
    bytes.readUInt32LE(end + 12),
    bytes.readUInt32LE(end + 16),
    bytes.readUInt16LE(end + 20),
  ];
  if (disk !== 0 || disks !== 0 || here !== all || comment !== 0 || first + size !== end) return undefined;
  if (all === undefined || all > MOST_ENTRIES) return undefined;
  const entries: Entry[] = [];
  let at = first;
  for (let nth = 0; nth < all; nth += 1) {
    if (at + 46 > end || bytes.readUInt32LE(at) !== CENTRAL) return undefined;
    const [name, extra, note] = [28, 30, 32].map((field) => bytes.readUInt16LE(at + field));
    const next = at + 46 + (name ?? 0) + (extra ?? 0) + (note ?? 0);
    if (next > end) return undefined;
    entries.push({
      name: bytes.subarray(at + 46, at + 46 + (name ?? 0)).toString('utf8'),
      flags: bytes.readUInt16LE(at + 8),
      method: bytes.readUInt16LE(at + 10),
      packed: bytes.readUInt32LE(at + 20),
      at: bytes.readUInt32LE(at + 42),
    });
    at = next;
  }
  return at === end ? entries : undefined;
}

function readPart(bytes: Buffer, { at, packed, method }: Entry): string | undefined {
  if (at + 30 > bytes.length || bytes.readUInt32LE(at) !== LOCAL) return undefined;
  const from = at + 30 + bytes.readUInt16LE(at + 26) + bytes.readUInt16LE(at + 28);
  const part = bytes.subarray(from, from + packed);
  if (part.length !== packed || packed > MOST_PART_BYTES) return undefined;
  if (method === 0) return part.toString('utf8');
  if (method !== 8) return undefined;
  try {
    return inflateRawSync(part, { maxOutputLength: MOST_PART_BYTES }).toString('utf8');
  } catch {
    return undefined;
  }
}
