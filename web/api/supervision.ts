// What supervisors do to live sessions. Who may do what is decided in approvals.

import Type from 'typebox';
import { FreezeBody, SayBody, Supervised } from '../contract/supervision.ts';
import { IdParams } from '../contract/words.ts';
import type { Routes } from './routes.ts';

export const supervisionRoutes: Routes = (app, { services, cookie }) => {
  const { supervision } = services;
  const done = <S extends string>(summary: S) => ({ summary, params: IdParams, response: { 204: Type.Null() } });
  app.get(
    '/api/v1/supervision',
    { schema: { summary: 'who watches which live session', response: { 200: Type.Array(Supervised) } } },
    async (request) => {
      const found = await supervision.list(await cookie.user(request));
      return found.map(({ watchers, ...view }) => ({ ...view, watchers: [...watchers] }));
    },
  );
  app.post(
    '/api/v1/sessions/:id/freeze',
    { schema: { ...done('section, head: nothing passes until it is resumed'), body: FreezeBody } },
    async (request, reply) => {
      await supervision.freeze(await cookie.user(request), request.params.id, request.body.reason);
      return reply.status(204).send(null);
    },
  );
  app.post(
    '/api/v1/sessions/:id/resume',
    { schema: done('section, head: let it go on, as far as somebody watches') },
    async (request, reply) => {
      await supervision.resume(await cookie.user(request), request.params.id);
      return reply.status(204).send(null);
    },
  );
  app.post(
    '/api/v1/sessions/:id/say',
    { schema: { ...done('section, head: a line in the engineer’s terminal'), body: SayBody } },
    async (request, reply) => {
      await supervision.say(await cookie.user(request), request.params.id, request.body.text);
      return reply.status(204).send(null);
    },
  );
};
