// One's own public keys.

import Type from 'typebox';
import { PublicKey, PublicKeyBody, StepUpBody } from '../contract/login.ts';
import { IdParams } from '../contract/words.ts';
import type { Routes } from './routes.ts';

export const keyRoutes: Routes = (app, { services, cookie }) => {
  const { publicKeys, stepUp } = services;
  app.get(
    '/api/v1/me/keys',
    { schema: { summary: 'one’s own public keys', response: { 200: Type.Array(PublicKey) } } },
    async (request) => {
      return [...(await publicKeys.list(await cookie.user(request)))];
    },
  );
  app.post(
    '/api/v1/me/keys',
    { schema: { summary: 'register a public key for ssh', body: PublicKeyBody, response: { 200: PublicKey } } },
    async (request) => {
      const user = await cookie.user(request);
      const { line, code } = request.body;
      return publicKeys.add(user, await stepUp(user, code, 'key.add'), line);
    },
  );
  app.post(
    '/api/v1/me/keys/:id/remove',
    {
      schema: {
        summary: 'remove one of one’s own keys',
        params: IdParams,
        body: StepUpBody,
        response: { 204: Type.Null() },
      },
    },
    async (request, reply) => {
      const user = await cookie.user(request);
      await publicKeys.remove(user, await stepUp(user, request.body.code, 'key.remove'), request.params.id);
      return reply.status(204).send(null);
    },
  );
};
