// Sessions and their replay.

import Type from 'typebox';
import type { SessionView } from '../../approvals/access/session-log.ts';
import { CommandLog, CommandQuery } from '../contract/commands.ts';
import { FilesPage, FilesQuery } from '../contract/session-files.ts';
import { EndBody, ReplayPage, ReplayQuery, Session, SessionQuery } from '../contract/sessions.ts';
import { IdParams } from '../contract/words.ts';
import type { Routes } from './routes.ts';

export const sessionRoutes: Routes = (app, { services, cookie }) => {
  const { sessionLog, endSession, replay, sessionCommands, sessionFiles } = services;
  app.get(
    '/api/v1/sessions',
    {
      schema: {
        summary: 'sessions, newest first; an operator’s own',
        querystring: SessionQuery,
        response: { 200: Type.Array(Session) },
      },
    },
    async (request) => (await sessionLog.list(await cookie.user(request), request.query)).map(answer),
  );
  app.get(
    '/api/v1/sessions/:id',
    { schema: { summary: 'one session', params: IdParams, response: { 200: Session } } },
    async (request) => answer(await sessionLog.get(await cookie.user(request), request.params.id)),
  );
  app.post(
    '/api/v1/sessions/:id/end',
    {
      schema: {
        summary: 'requester, section, head: end a session',
        params: IdParams,
        body: EndBody,
        response: { 204: Type.Null() },
      },
    },
    async (request, reply) => {
      await endSession(await cookie.user(request), request.params.id, request.body.reason);
      return reply.status(204).send(null);
    },
  );
  app.get(
    '/api/v1/sessions/:id/replay',
    {
      schema: {
        summary: 'auditor: a page of the recording',
        params: IdParams,
        querystring: ReplayQuery,
        response: { 200: ReplayPage },
      },
    },
    async (request) => {
      const user = await cookie.user(request);
      const { from, at } = request.query;
      return at === undefined
        ? replay.page(user, request.params.id, from ?? 0)
        : replay.pageAt(user, request.params.id, at);
    },
  );
  app.get(
    '/api/v1/sessions/:id/commands',
    {
      schema: {
        summary: 'auditor: the commands of a session, as read from its screen',
        params: IdParams,
        querystring: CommandQuery,
        response: { 200: CommandLog },
      },
    },
    async (request) => sessionCommands.list(await cookie.user(request), request.params.id, request.query.since ?? 0),
  );
  app.get(
    '/api/v1/sessions/:id/files',
    {
      schema: {
        summary: 'auditor: what a session did to files',
        params: IdParams,
        querystring: FilesQuery,
        response: { 200: FilesPage },
      },
    },
    async (request) => sessionFiles.page(await cookie.user(request), request.params.id, request.query.from ?? 0),
  );
};

function answer(view: SessionView): Session {
  return { ...view };
}
