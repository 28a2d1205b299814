// Change tickets. Who may do what is decided in approvals; here requests become calls.

import Type from 'typebox';
import type { TicketView } from '../../approvals/ticket/ticket-view.ts';
import {
  ApproveBody,
  ReasonBody,
  ReportBody,
  RequestableTarget,
  ReviewBody,
  RevokeBody,
  Ticket,
  TicketBody,
  TicketEdition,
  TicketQuery,
} from '../contract/tickets.ts';
import { IdParams, Person } from '../contract/words.ts';
import type { Routes } from './routes.ts';
import { ticketAnswer } from './ticket-answer.ts';

export const ticketRoutes: Routes = (app, { services, cookie }) => {
  const { tickets, targets, stepUp } = services;
  const answer = (view: TicketView): Ticket => ticketAnswer(view, services.sshAddress());
  /** Answers once the port and the live sessions agree with the ticket: what it says then is a fact, not a promise. */
  const inForce = async (view: TicketView): Promise<Ticket> => {
    await services.inForce();
    return answer(view);
  };
  const answering = <S extends string>(summary: S) => ({ summary, params: IdParams, response: { 200: Ticket } });

  app.get(
    '/api/v1/requestable',
    { schema: { summary: 'operator: what may be asked for', response: { 200: Type.Array(RequestableTarget) } } },
    async (request) => {
      const found = await targets.requestable(await cookie.user(request));
      return found.map(({ accounts, ...target }) => ({ ...target, accounts: [...accounts] }));
    },
  );
  app.get(
    '/api/v1/colleagues',
    { schema: { summary: 'operator: who could come along', response: { 200: Type.Array(Person) } } },
    async (request) => [...(await tickets.colleagues(await cookie.user(request)))],
  );
  app.get(
    '/api/v1/tickets',
    {
      schema: {
        summary: 'tickets, newest first; an operator’s own',
        querystring: TicketQuery,
        response: { 200: Type.Array(Ticket) },
      },
    },
    async (request) => {
      const user = await cookie.user(request);
      return (await tickets.list(user, request.query)).map((ticket) => answer(ticket));
    },
  );
  app.post(
    '/api/v1/tickets',
    { schema: { summary: 'operator: draft a ticket', body: TicketBody, response: { 200: Ticket } } },
    async (request) => {
      const user = await cookie.user(request);
      return answer(await tickets.create(user, request.body));
    },
  );
  app.get('/api/v1/tickets/:id', { schema: answering('one ticket') }, async (request) => {
    const user = await cookie.user(request);
    return answer(await tickets.get(user, request.params.id));
  });
  app.post('/api/v1/tickets/:id/submit', { schema: answering('requester: ask for approval') }, async (request) => {
    const user = await cookie.user(request);
    return answer(await tickets.submit(user, request.params.id));
  });
  app.post('/api/v1/tickets/:id/file', { schema: answering('section: send it up for approval') }, async (request) => {
    const user = await cookie.user(request);
    return answer(await tickets.file(user, request.params.id));
  });
  app.post(
    '/api/v1/tickets/:id/revise',
    { schema: { ...answering('requester: write it anew'), body: TicketBody } },
    async (request) => {
      const user = await cookie.user(request);
      return answer(await tickets.revise(user, request.params.id, request.body));
    },
  );
  app.post(
    '/api/v1/tickets/:id/withdraw',
    { schema: answering('requester: withdraw; ends what is open') },
    async (request) => {
      const user = await cookie.user(request);
      return inForce(await tickets.withdraw(user, request.params.id));
    },
  );
  app.post(
    '/api/v1/tickets/:id/approve',
    { schema: { ...answering('head, deputy, section in an emergency: approve what was read'), body: ApproveBody } },
    async (request) => {
      const user = await cookie.user(request);
      const { shownHash, narrow, code } = request.body;
      const fresh = await stepUp(user, code, 'ticket.approve');
      return inForce(await tickets.approve(user, fresh, request.params.id, shownHash, narrow));
    },
  );
  app.post(
    '/api/v1/tickets/:id/refuse',
    { schema: { ...answering('head: refuse'), body: ReasonBody } },
    async (request) => {
      const user = await cookie.user(request);
      return answer(await tickets.refuse(user, request.params.id, request.body.reason));
    },
  );
  app.post(
    '/api/v1/tickets/:id/revoke',
    { schema: { ...answering('head: revoke; ends what is open'), body: RevokeBody } },
    async (request) => {
      const user = await cookie.user(request);
      const { reason, code } = request.body;
      const fresh = await stepUp(user, code, 'ticket.revoke');
      return inForce(await tickets.revoke(user, fresh, request.params.id, reason));
    },
  );
  app.post(
    '/api/v1/tickets/:id/report',
    { schema: { ...answering('requester: report what was done; ends what is open'), body: ReportBody } },
    async (request) => {
      const user = await cookie.user(request);
      const reported = await inForce(await tickets.report(user, request.params.id, request.body));
      // What was declared is read again beside it: the report is in, however long a target takes to answer.
      if (reported.inForce.changes.length > 0) {
        services
          .readTicketAgain(user, request.params.id)
          .catch((error: unknown) => services.logger.error('originals.not-read-again', error, { ticket: reported.id }));
      }
      return reported;
    },
  );
  app.post('/api/v1/tickets/:id/accept', { schema: answering('head, section: accept the report') }, async (request) => {
    const user = await cookie.user(request);
    return answer(await tickets.accept(user, request.params.id));
  });
  app.post(
    '/api/v1/tickets/:id/send-back',
    { schema: { ...answering('head, section: the report is not accepted'), body: ReasonBody } },
    async (request) => {
      const user = await cookie.user(request);
      return inForce(await tickets.sendBack(user, request.params.id, request.body.reason));
    },
  );
  app.post(
    '/api/v1/tickets/:id/review',
    { schema: { ...answering('head, deputy: review what was opened in an emergency'), body: ReviewBody } },
    async (request) => {
      const user = await cookie.user(request);
      const { verdict, note } = request.body;
      return answer(await tickets.review(user, request.params.id, verdict, note));
    },
  );
  app.get(
    '/api/v1/tickets/:id/editions',
    {
      schema: {
        summary: 'every edition that was submitted',
        params: IdParams,
        response: { 200: Type.Array(TicketEdition) },
      },
    },
    async (request) => {
      const user = await cookie.user(request);
      return (await tickets.editions(user, request.params.id)).map((edition) => ({ ...edition }));
    },
  );
};
