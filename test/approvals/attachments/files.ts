// Files of each kind, made here byte by byte: the smallest that are what they say.

import { deflateRawSync } from 'node:zlib';

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');

export const PNG = Buffer.concat([hex('89504e470d0a1a0a'), Buffer.from('picture'), hex('0000000049454e44ae426082')]);
export const JPEG = Buffer.concat([hex('ffd8ffe0'), Buffer.from('picture'), hex('ffd9')]);
export const PDF = Buffer.from('%PDF-1.7\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n');

/** A ZIP, packed; `encrypted` sets the mark of it. */
export function zip(parts: Readonly<Record<string, string>>, { encrypted = false } = {}): Buffer {
  const [locals, centrals] = [[] as Buffer[], [] as Buffer[]];
  let at = 0;
  for (const [name, text] of Object.entries(parts)) {
    const packed = deflateRawSync(Buffer.from(text));
    const head = Buffer.alloc(26);
    head.writeUInt16LE(20, 0);
    head.writeUInt16LE(encrypted ? 1 : 0, 2);
    head.writeUInt16LE(8, 4);
    head.writeUInt32LE(packed.length, 14);
    head.writeUInt32LE(text.length, 18);
    head.writeUInt16LE(Buffer.byteLength(name), 22);
    const local = Buffer.concat([hex('504b0304'), head, Buffer.from(name), packed]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(at, 10);
    centrals.push(Buffer.concat([hex('504b0102 1400'), head, rest, Buffer.from(name)]));
    locals.push(local);
    at += local.length;
  }
  const directory = Buffer.concat(centrals);
  const end = Buffer.alloc(22);
  hex('504b0506').copy(end);
  end.writeUInt16LE(centrals.length, 8);
  end.writeUInt16LE(centrals.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...locals, directory, end]);
}

export const TYPES = '[Content_Types].xml';
export const DOCX_PARTS = { [TYPES]: '<Types/>', 'word/document.xml': '<w/>' } as const;
export const DOCX = zip(DOCX_PARTS);
export const XLSX = zip({ [TYPES]: '<Types/>', 'xl/workbook.xml': '<x/>' });
