// A file that belongs to what a ticket asks for: a plan, a drawing, an agreement. Its name, size, kind and SHA-256 are
// part of the ticket's content, so that an approval covers them; its bytes are in the store of attachments.

import { plainText } from '../../identity/plain-text.ts';
import { defineRefusal } from '../../store/core/refusal.ts';

export const ATTACHMENT_TYPES = ['pdf', 'png', 'jpeg', 'docx', 'xlsx', 'text'] as const;
export type AttachmentType = (typeof ATTACHMENT_TYPES)[number];

export interface Attachment {
  readonly name: string;
  readonly type: AttachmentType;
  readonly bytes: number;
  /** Hex, lower case. */
  readonly sha256: string;
}

/** Why a file is none of them. */
export type RefusedType = 'program' | 'archive' | 'macros' | 'old-office' | 'page' | 'damaged' | 'unknown';

export const MOST_BYTES = 10 * 1024 * 1024;
export const MOST_ATTACHMENTS = 8;
const LONGEST_NAME = 120;

const EXTENSIONS: { readonly [T in AttachmentType]: readonly string[] } = {
  pdf: ['pdf'],
  png: ['png'],
  jpeg: ['jpg', 'jpeg'],
  docx: ['docx'],
  xlsx: ['xlsx'],
  text: ['txt', 'log', 'md', 'sql', 'conf', 'cfg', 'ini', 'json', 'yaml', 'yml', 'diff', 'patch'],
};

const WHAT: { readonly [T in RefusedType]: { readonly zh: string; readonly en: string } } = {
  program: { zh: '这是程序或脚本', en: 'this is a program or a script' },
  archive: { zh: '这是压缩包', en: 'this is an archive' },
  macros: { zh: '这份文档含有宏或嵌入的对象', en: 'this document holds macros or embedded objects' },
  'old-office': { zh: '这是旧版 Office 文档', en: 'this is a document of an old office format' },
  page: { zh: '这是网页或 SVG 图像', en: 'this is a web page or an SVG picture' },
  damaged: { zh: '文件不完整，或后面附有别的内容', en: 'the file is not whole, or something else follows it' },
  unknown: { zh: '无法识别文件类型', en: 'it is not known what this file is' },
};

export const typeRefused = defineRefusal<RefusedType>('attachment.type-refused', 'invalid', (what) => ({
  zh: `${WHAT[what].zh}；附件可以是 PDF、PNG、JPEG、DOCX、XLSX 和纯文本（UTF-8 或 GB18030）`,
  en: `${WHAT[what].en}; attachments are PDF, PNG, JPEG, DOCX, XLSX or plain text in UTF-8 or GB18030`,
}));

export const nameRefused = defineRefusal<{ extensions: readonly string[] }>(
  'attachment.name-refused',
  'invalid',
  ({ extensions }) => ({
    zh: `文件名不能含有路径，扩展名须与内容相符：${extensions.join('、')}`,
    en: `a file name has no path, and an extension that agrees with the content: ${extensions.join(', ')}`,
  }),
);

export const tooLarge = defineRefusal('attachment.too-large', 'invalid', () => ({
  zh: `附件须有内容，且不超过 ${MOST_BYTES / 1024 / 1024} MiB`,
  en: `an attachment is not empty and has at most ${MOST_BYTES / 1024 / 1024} MiB`,
}));

export const tooMany = defineRefusal('attachment.too-many', 'invalid', () => ({
  zh: `一张工单最多 ${MOST_ATTACHMENTS} 个附件`,
  en: `a ticket has at most ${MOST_ATTACHMENTS} attachments`,
}));

export const attachedTwice = defineRefusal('attachment.twice', 'conflict', () => ({
  zh: '工单已有同名或内容相同的附件',
  en: 'the ticket has an attachment of that name or content already',
}));

export const notDraft = defineRefusal('attachment.not-draft', 'conflict', () => ({
  zh: '只有草稿可以增减附件',
  en: 'attachments are added to a draft and removed from it only',
}));

export const attachmentAbsent = defineRefusal('attachment.absent', 'absent', () => ({
  zh: '没有这个附件',
  en: 'there is no such attachment',
}));

/** Attacker-controlled. Throws `text.refused` or `attachment.name-refused`. */
export function parseName(text: string, type: AttachmentType): string {
  const name = plainText(text, { field: 'attachment', maxLength: LONGEST_NAME });
  const extension = /^[^./\\:*?"<>|][^/\\:*?"<>|]*\.([a-z0-9]+)$/i.exec(name)?.[1]?.toLowerCase();
  const extensions = EXTENSIONS[type];
  if (extension === undefined || !extensions.includes(extension)) throw nameRefused({ extensions });
  return name;
}

/** With one more, in the one order there is. Throws `attachment.twice` or `attachment.too-many`. */
export function withAttachment(present: readonly Attachment[], added: Attachment): readonly Attachment[] {
  const same = ({ name, sha256 }: Attachment): boolean => name === added.name || sha256 === added.sha256;
  if (present.some(same)) throw attachedTwice();
  if (present.length >= MOST_ATTACHMENTS) throw tooMany();
  return [...present, added].sort((a, b) => (a.sha256 < b.sha256 ? -1 : 1));
}
