// Requests for records and the files they lead to. Who may do what is decided in approvals.

import Type from 'typebox';
import { ApproveRequestBody, ExportBody, RecordRequest, RecordRequestQuery } from '../contract/record-requests.ts';
import { ReasonBody } from '../contract/tickets.ts';
import { IdParams } from '../contract/words.ts';
import { requestAnswer } from './request-answer.ts';
import type { Routes } from './routes.ts';

export const recordRequestRoutes: Routes = (app, { services, cookie }) => {
  const { recordRequests, exports, stepUp } = services;
  const answering = <S extends string>(summary: S) => ({
    summary,
    params: IdParams,
    response: { 200: RecordRequest },
  });
  app.post(
    '/api/v1/sessions/:id/exports',
    { schema: { ...answering('auditor: ask to export a recording'), body: ExportBody } },
    async (request) => {
      const user = await cookie.user(request);
      return requestAnswer(await exports.ask(user, request.params.id, request.body));
    },
  );
  app.get(
    '/api/v1/record-requests',
    {
      schema: {
        summary: 'auditor, head: what was asked of records, newest first',
        querystring: RecordRequestQuery,
        response: { 200: Type.Array(RecordRequest) },
      },
    },
    async (request) => (await recordRequests.list(await cookie.user(request), request.query)).map(requestAnswer),
  );
  app.post(
    '/api/v1/record-requests/:id/approve',
    { schema: { ...answering('head: approve'), body: ApproveRequestBody } },
    async (request) => {
      const user = await cookie.user(request);
      const fresh = await stepUp(user, request.body.code, 'record.approve');
      return requestAnswer(await recordRequests.approve(user, fresh, request.params.id));
    },
  );
  app.post(
    '/api/v1/record-requests/:id/refuse',
    { schema: { ...answering('head: refuse'), body: ReasonBody } },
    async (request) => {
      const user = await cookie.user(request);
      return requestAnswer(await recordRequests.refuse(user, request.params.id, request.body.reason));
    },
  );
  app.post('/api/v1/record-requests/:id/withdraw', { schema: answering('requester: withdraw') }, async (request) =>
    requestAnswer(await recordRequests.withdraw(await cookie.user(request), request.params.id)),
  );
  app.post(
    '/api/v1/record-requests/:id/download',
    { schema: { summary: 'requester: the file that was approved, once', params: IdParams } },
    async (request, reply) => {
      const file = await exports.download(await cookie.user(request), request.params.id);
      return reply
        .type(file.mediaType)
        .header('content-disposition', `attachment; filename="${file.name}"`)
        .send(file.content);
    },
  );
};
