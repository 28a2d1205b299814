// Shutting somebody or something out, and letting it in again.

import Type from 'typebox';
import type { LockView } from '../../identity/locks/locks.ts';
import { CodeBody } from '../contract/arrangements.ts';
import { Lock, LockBody, LockReceipt } from '../contract/locks.ts';
import { IdParams } from '../contract/words.ts';
import type { Routes } from './routes.ts';

const ANSWERS = { response: { 200: Type.Array(Lock) } };

export const lockRoutes: Routes = (app, { services, cookie }) => {
  const { locks, stepUp } = services;
  const all = (views: readonly LockView[]): Lock[] => views.map((view) => ({ ...view }));

  app.get(
    '/api/v1/locks',
    { schema: { summary: 'head, section, admin, auditor: what is shut out now', ...ANSWERS } },
    async (request) => all(await locks.list(await cookie.user(request))),
  );
  app.post(
    '/api/v1/locks',
    {
      schema: { summary: 'head, section, admin: shut it out at once', body: LockBody, response: { 200: LockReceipt } },
    },
    async (request) => {
      const { lock, browserSessions, sessions } = await locks.place(await cookie.user(request), request.body);
      await services.inForce();
      return {
        lock,
        browserSessions,
        sessions: sessions.map(({ session, ...cut }) => ({ id: session, ...cut })),
      };
    },
  );
  app.post(
    '/api/v1/locks/:id/lift',
    {
      schema: {
        summary: 'head, section, admin: let it in again; two people lift one of everything',
        params: IdParams,
        body: CodeBody,
        ...ANSWERS,
      },
    },
    async (request) => {
      const user = await cookie.user(request);
      const fresh = await stepUp(user, request.body.code, 'lock.lift');
      const left = await locks.lift(user, fresh, request.params.id);
      await services.inForce();
      return all(left);
    },
  );
};
