// Files that belong to a ticket. They are handed out as files only: never shown, never run, whatever is in them.

import type { TicketView } from '../../approvals/ticket/ticket-view.ts';
import { AttachmentBody, AttachmentParams, Ticket } from '../contract/tickets.ts';
import { IdParams } from '../contract/words.ts';
import type { Routes } from './routes.ts';
import { ticketAnswer } from './ticket-answer.ts';

/** Base64 of the largest one, its name, and what JSON needs. */
const MOST_BODY = 14 * 1024 * 1024;

export const attachmentRoutes: Routes = (app, { services, cookie }) => {
  const { attachments } = services;
  const answer = (view: TicketView): Ticket => ticketAnswer(view, services.sshAddress());

  app.post(
    '/api/v1/tickets/:id/attachments',
    {
      bodyLimit: MOST_BODY,
      schema: {
        summary: 'requester: add a file to a draft',
        params: IdParams,
        body: AttachmentBody,
        response: { 200: Ticket },
      },
    },
    async (request) => {
      const user = await cookie.user(request);
      const { name, content } = request.body;
      return answer(await attachments.add(user, request.params.id, { name, content: Buffer.from(content, 'base64') }));
    },
  );
  app.post(
    '/api/v1/tickets/:id/attachments/:sha256/remove',
    { schema: { summary: 'requester: take a file from a draft', params: AttachmentParams, response: { 200: Ticket } } },
    async (request) => {
      const user = await cookie.user(request);
      return answer(await attachments.remove(user, request.params.id, request.params.sha256));
    },
  );
  app.get(
    '/api/v1/tickets/:id/attachments/:sha256',
    { schema: { summary: 'a file of a ticket', params: AttachmentParams } },
    async (request, reply) => {
      const user = await cookie.user(request);
      const { file, content } = await attachments.read(user, request.params.id, request.params.sha256);
      return reply
        .type('application/octet-stream')
        .header('content-disposition', disposition(file.name))
        .header('x-content-type-options', 'nosniff')
        .header('content-security-policy', "sandbox; default-src 'none'")
        .send(content);
    },
  );
};

/** RFC 6266: the name in UTF-8 for whoever reads that, and for others only its extension. */
function disposition(name: string): string {
  const encoded = encodeURIComponent(name).replaceAll(
    /['()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="attachment${/\.[A-Za-z0-9]+$/.exec(name)?.[0] ?? ''}"; filename*=UTF-8''${encoded}`;
}
