// The files of a ticket in words: whoever approves reads what each is called, what it is, how large, and its SHA-256, so
// that a file can be compared with what was approved.

import type { Sentence } from '../../store/core/refusal.ts';
import type { Attachment, AttachmentType } from '../attachments/attachment.ts';
import type { TicketTerms } from '../ticket/terms.ts';

const TYPE_WORDS: { readonly [T in AttachmentType]: Sentence } = {
  pdf: { zh: 'PDF 文档', en: 'PDF' },
  png: { zh: 'PNG 图像', en: 'PNG picture' },
  jpeg: { zh: 'JPEG 图像', en: 'JPEG picture' },
  docx: { zh: 'Word 文档', en: 'Word document' },
  xlsx: { zh: 'Excel 表格', en: 'Excel workbook' },
  text: { zh: '纯文本', en: 'plain text' },
};

/** One sentence for each file; none where there is none. */
export function attachmentWords({ attachments = [] }: Pick<TicketTerms, 'attachments'>): readonly Sentence[] {
  return attachments.map(({ name, type, bytes, sha256 }: Attachment) => {
    const { zh, en } = TYPE_WORDS[type];
    return {
      zh: `附件“${name}”：${zh}，${bytes} 字节，SHA-256 ${sha256}`,
      en: `attached “${name}”: ${en}, ${bytes} bytes, SHA-256 ${sha256}`,
    };
  });
}
