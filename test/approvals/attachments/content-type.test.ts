// What a file is, by its bytes: a closed list, and everything else by its name (B9, R43).

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type AttachmentType, parseName, type RefusedType } from '../../../approvals/attachments/attachment.ts';
import { typeOf } from '../../../approvals/attachments/content-type.ts';
import { DOCX, DOCX_PARTS, JPEG, PDF, PNG, TYPES, XLSX, zip } from './files.ts';

const hex = (text: string): Buffer => Buffer.from(text, 'hex');

test.each<[string, Buffer, AttachmentType]>([
  ['a PDF', PDF, 'pdf'],
  ['a PNG', PNG, 'png'],
  ['a JPEG', JPEG, 'jpeg'],
  ['a Word document', DOCX, 'docx'],
  ['an Excel document', XLSX, 'xlsx'],
  ['text in UTF-8', Buffer.from('第一步：备份\n\tthen go on\r\n'), 'text'],
  ['text in GB18030', hex('b9abb9b2d7cad4b40a'), 'text'],
])('%s is one (R43)', (_, bytes, type) => {
  expect(typeOf(bytes)).toBe(type);
});

test.each<[string, Buffer, RefusedType]>([
  ['an ELF program', hex('7f454c4602010100'), 'program'],
  ['a Windows program', Buffer.from('MZ\x90\0'), 'program'],
  ['a script', Buffer.from('#!/bin/sh\nrm -rf /\n'), 'program'],
  ['a gzip archive', hex('1f8b0800'), 'archive'],
  ['a ZIP that is no document', zip({ 'a.txt': 'a' }), 'archive'],
  ['an old Word document', hex('d0cf11e0a1b11ae1'), 'old-office'],
  ['a document with macros', zip({ ...DOCX_PARTS, 'word/vbaProject.bin': 'x' }), 'macros'],
  [
    'one whose list names macros',
    zip({ ...DOCX_PARTS, [TYPES]: 'application/vnd.ms-word.document.macroEnabled' }),
    'macros',
  ],
  ['one with an embedded object', zip({ ...DOCX_PARTS, 'word/embeddings/oleObject1.xml': 'x' }), 'macros'],
  ['an encrypted document', zip(DOCX_PARTS, { encrypted: true }), 'damaged'],
  ['a document with something before it', Buffer.concat([hex('504b0304'), DOCX]), 'damaged'],
  ['a document with something behind it', Buffer.concat([DOCX, Buffer.from('MZ')]), 'damaged'],
  ['a document cut short', DOCX.subarray(0, -1), 'damaged'],
  ['a list that unfolds without end', zip({ ...DOCX_PARTS, [TYPES]: '<Types/>'.repeat(400_000) }), 'damaged'],
  ['a picture with something behind it', Buffer.concat([PNG, DOCX]), 'damaged'],
  ['a PDF cut short', PDF.subarray(0, 20), 'damaged'],
  ['a page', Buffer.from('\n <!DOCTYPE html><script>alert(1)</script>'), 'page'],
  ['an SVG', Buffer.from('<svg onload="alert(1)"/>'), 'page'],
  ['text with an escape sequence', Buffer.from('\x1b[2Jgone\n'), 'unknown'],
  ['text with a NUL', Buffer.from('a\0b'), 'unknown'],
  ['noise', hex('ff00ff00ff'), 'unknown'],
])('%s is refused by name (B9)', (_, bytes, refused) => {
  expect(typeOf(bytes)).toEqual({ refused });
});

test('whatever the bytes are, there is an answer (B16)', () => {
  const around = fc.constantFrom(PDF, PNG, JPEG, DOCX, XLSX).chain((base) =>
    fc.tuple(fc.nat(base.length - 1), fc.uint8Array({ maxLength: 8 })).map(([at, bytes]) => {
      const changed = Buffer.from(base);
      Buffer.from(bytes).copy(changed, at);
      return changed;
    }),
  );
  fc.assert(
    fc.property(fc.oneof(around, fc.uint8Array({ maxLength: 200 }).map(Buffer.from)), (bytes) => {
      const found = typeOf(bytes);
      expect(typeof found === 'string' || typeof found.refused === 'string').toBe(true);
    }),
    { numRuns: 5000 },
  );
});

test.each([
  ['方案.pdf', '方案.pdf'],
  ['  Plan B.PDF ', 'Plan B.PDF'],
])('%j is a name (R43)', (name, parsed) => {
  expect(parseName(name, 'pdf')).toBe(parsed);
});

test.each([
  ...['plan.txt', 'plan', 'plan.pdf.exe', '.pdf', '../plan.pdf', 'a/b.pdf', 'a\\b.pdf', 'c:plan.pdf', '<img>.pdf'],
  ...['plan\u202efdp.pdf', 'plan\n.pdf', 'plan\0.pdf', '', `${'x'.repeat(120)}.pdf`],
])('%j is none for a PDF (B9, B19)', (name) => {
  expect(() => parseName(name, 'pdf')).toThrow(
    expect.objectContaining({ code: expect.stringMatching(/^(attachment\.name-refused|text\.refused)$/) }),
  );
});
