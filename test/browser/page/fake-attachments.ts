// Files of tickets, for the page's tests and for looking at it. What begins with #! is refused.

import { createHash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import type { Attachment, Ticket, TicketEdition } from '../../../web/contract/tickets.ts';

type WithId = { Params: { id: string } };

interface Uses {
  readonly ticket: (id: string) => Ticket | undefined;
  readonly change: (id: string, fields: object) => Ticket;
  readonly refuse: (status: number, code: string, zh: string, en: string) => Error;
}

export const ATTACHMENTS: Attachment[] = [
  { name: '更换方案\u202e.pdf', type: 'pdf', bytes: 482_133, sha256: 'b94d27b9934d3e08'.repeat(4) },
  { name: '连接池-新配置.yml', type: 'text', bytes: 2210, sha256: '7f83b1657ff1fc53'.repeat(4) },
];

export function attachmentRoutes(api: FastifyInstance, { ticket, change, refuse }: Uses): void {
  const set = (id: string, attachments: (before: readonly Attachment[]) => readonly Attachment[]) => {
    const found = ticket(id);
    if (found === undefined) throw refuse(404, 'ticket.absent', '没有这张工单', 'there is no such ticket');
    return change(id, { terms: { ...found.terms, attachments: attachments(found.terms.attachments) } });
  };
  api.post<WithId & { Body: { name: string; content: string } }>(
    '/tickets/:id/attachments',
    { bodyLimit: 15_000_000 },
    ({ params, body }) => {
      const content = Buffer.from(body.content, 'base64');
      if (content.toString('latin1').startsWith('#!')) {
        throw refuse(
          400,
          'attachment.type-refused',
          '这是程序或脚本；附件可以是 PDF、PNG、JPEG、DOCX、XLSX 和纯文本（UTF-8 或 GB18030）',
          'this is a program or a script; attachments are PDF, PNG, JPEG, DOCX, XLSX or plain text in UTF-8 or GB18030',
        );
      }
      const sha256 = createHash('sha256').update(content).digest('hex');
      return set(params.id, (before) => [...before, { name: body.name, type: 'text', bytes: content.length, sha256 }]);
    },
  );
  api.post<{ Params: { id: string; sha256: string } }>('/tickets/:id/attachments/:sha256/remove', ({ params }) =>
    set(params.id, (before) => before.filter(({ sha256 }) => sha256 !== params.sha256)),
  );
  api.get('/tickets/:id/attachments/:sha256', (_, reply) =>
    reply
      .type('application/octet-stream')
      .header('content-disposition', 'attachment; filename="attachment.pdf"')
      .send(Buffer.from('%PDF-1.7 demo')),
  );
  api.get<WithId>('/tickets/:id/editions', ({ params }): TicketEdition[] => {
    const found = ticket(params.id);
    if (found === undefined || found.edition < 2) return [];
    const edition = (nth: number, plan: string, attachments: readonly Attachment[]): TicketEdition => ({
      edition: nth,
      submittedAt: found.createdAt + nth * 600_000,
      contentHash: found.contentHash,
      content: JSON.stringify({ plan, sources: found.sources, terms: { attachments } }),
    });
    return [edition(1, '更换证书', ATTACHMENTS.slice(0, 1)), edition(2, '备份后更换证书', ATTACHMENTS.slice(1))];
  });
}
