// Retention, holds and destruction. Who may do what is decided in approvals.

import Type from 'typebox';
import type { HoldView } from '../../approvals/keeping/hold.ts';
import { Destroyed, DestructionBody, Hold, HoldBody, HoldQuery, Retention, Storage } from '../contract/keeping.ts';
import { RecordRequest } from '../contract/record-requests.ts';
import { ReasonBody } from '../contract/tickets.ts';
import { IdParams } from '../contract/words.ts';
import { requestAnswer } from './request-answer.ts';
import type { Routes } from './routes.ts';

export const keepingRoutes: Routes = (app, { services, cookie }) => {
  const { listDue, diskWatch, holds, destructions } = services;
  app.get(
    '/api/v1/retention',
    { schema: { summary: 'auditor, head: recordings past their retention', response: { 200: Retention } } },
    async (request) => {
      const { due, ...rest } = await listDue(await cookie.user(request));
      return { ...rest, due: due.map((each) => ({ ...each, session: { ...each.session } })) };
    },
  );
  app.get(
    '/api/v1/storage',
    { schema: { summary: 'auditor, admin: how long the disk will do', response: { 200: Storage } } },
    async (request) => ({ ...(await diskWatch.read(await cookie.user(request))) }),
  );
  app.get(
    '/api/v1/holds',
    {
      schema: {
        summary: 'auditor, head: what has to be kept however old, newest first',
        querystring: HoldQuery,
        response: { 200: Type.Array(Hold) },
      },
    },
    async (request) => (await holds.list(await cookie.user(request), request.query)).map(answer),
  );
  app.post(
    '/api/v1/holds',
    { schema: { summary: 'auditor, head: place a hold', body: HoldBody, response: { 200: Hold } } },
    async (request) => {
      const user = await cookie.user(request);
      const { on, id, reason } = request.body;
      return answer(await holds.place(user, on === 'session' ? { session: id } : { ticket: id }, reason));
    },
  );
  app.post(
    '/api/v1/holds/:id/lift',
    {
      schema: {
        summary: 'head, another than who placed it: lift a hold',
        params: IdParams,
        body: ReasonBody,
        response: { 200: Hold },
      },
    },
    async (request) => {
      const user = await cookie.user(request);
      return answer(await holds.lift(user, request.params.id, request.body.reason));
    },
  );
  app.post(
    '/api/v1/destructions',
    {
      schema: {
        summary: 'auditor: ask to destroy recordings past their retention',
        body: DestructionBody,
        response: { 200: RecordRequest },
      },
    },
    async (request) => {
      const user = await cookie.user(request);
      return requestAnswer(await destructions.ask(user, request.body.sessions, request.body.reason));
    },
  );
  app.post(
    '/api/v1/record-requests/:id/destroy',
    {
      schema: {
        summary: 'requester: destroy what was approved, once',
        params: IdParams,
        response: { 200: Destroyed },
      },
    },
    async (request) => {
      const { sessions, erased } = await destructions.destroy(await cookie.user(request), request.params.id);
      return { sessions: [...sessions], erased };
    },
  );
};

function answer(view: HoldView): Hold {
  return { ...view, ticket: { ...view.ticket }, lifted: view.lifted && { ...view.lifted } };
}
