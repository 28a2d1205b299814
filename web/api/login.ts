// Signing in and out, invitations.

import Type from 'typebox';
import { InvitationAcceptBody, InvitationOffer, InvitationOpenBody, LoginBody, Me, Status } from '../contract/login.ts';
import { PUBLIC } from './description.ts';
import type { Routes } from './routes.ts';

/** Guesses cost something here even before the identity's own throttle counts them. */
const FEW = { rateLimit: { max: 60, timeWindow: '1 minute' } };

export const loginRoutes: Routes = (app, { services, settings, cookie, heldOpen }) => {
  const { clock, webSignIn, browserSessions, invitations } = services;
  app.get(
    '/api/v1/status',
    { schema: { ...PUBLIC, summary: 'what runs here and what time it is', response: { 200: Status } } },
    async () => ({
      product: 'Sluice' as const,
      version: settings.version,
      demo: settings.demo,
      now: clock.now(),
      timeZone: settings.timeZone,
    }),
  );
  app.post(
    '/api/v1/login',
    { config: FEW, schema: { ...PUBLIC, summary: 'sign in; sets the cookie', body: LoginBody, response: { 200: Me } } },
    async (request, reply) => {
      const user = await webSignIn.signIn(request.body, request.ip);
      const { token, expiresAt } = await browserSessions.open(user);
      cookie.set(reply, token, expiresAt);
      return { account: user.account, expiresAt };
    },
  );
  app.post(
    '/api/v1/logout',
    { schema: { ...PUBLIC, summary: 'sign out', response: { 204: Type.Null() } } },
    async (request, reply) => {
      const token = cookie.token(request);
      if (token !== undefined) {
        await browserSessions.end(token);
        heldOpen.endOf(token);
      }
      cookie.clear(reply);
      return reply.status(204).send(null);
    },
  );
  app.get('/api/v1/me', { schema: { summary: 'who is signed in', response: { 200: Me } } }, async (request) => {
    const user = await cookie.user(request);
    return { account: user.account, expiresAt: browserSessions.expiresAt(user) };
  });
  app.post(
    '/api/v1/invitations/open',
    {
      config: FEW,
      schema: {
        ...PUBLIC,
        summary: 'look at an invitation',
        body: InvitationOpenBody,
        response: { 200: InvitationOffer },
      },
    },
    async (request) => {
      const { totp, ...offer } = await invitations.open(request.body.token);
      return { ...offer, totp: { secret: totp.secret.revealText(), uri: totp.uri.revealText() } };
    },
  );
  app.post(
    '/api/v1/invitations/accept',
    {
      config: FEW,
      schema: {
        ...PUBLIC,
        summary: 'take up an invitation',
        body: InvitationAcceptBody,
        response: { 204: Type.Null() },
      },
    },
    async (request, reply) => {
      const { token, password, code } = request.body;
      await invitations.accept(token, password, code, request.ip);
      return reply.status(204).send(null);
    },
  );
};
