// One's own passkeys, and the questions that passkeys answer.

import Type from 'typebox';
import { PASSKEY_ALGORITHMS } from '../../identity/login/passkey-answer.ts';
import { CHALLENGE_MS } from '../../identity/login/passkey-challenges.ts';
import type { Passkey as Kept } from '../../identity/people/passkey-repository.ts';
import type { PasskeyQuestion as Asked } from '../../identity/people/passkeys.ts';
import { StepUpBody } from '../contract/login.ts';
import { Passkey, PasskeyMade, PasskeyOffer, PasskeyOfferBody, PasskeyQuestion } from '../contract/passkeys.ts';
import { IdParams } from '../contract/words.ts';
import { passkeySite } from '../guard/passkey-site.ts';
import { PUBLIC } from './description.ts';
import type { Routes } from './routes.ts';

/** Each question is kept for a while. */
const FEW = { rateLimit: { max: 60, timeWindow: '1 minute' } };

export const passkeyRoutes: Routes = (app, { services, settings, cookie }) => {
  const { passkeys, stepUp } = services;
  app.post(
    '/api/v1/login/passkey',
    {
      config: FEW,
      schema: { ...PUBLIC, summary: 'what a passkey signs to sign in', response: { 200: PasskeyQuestion } },
    },
    async (request) => question(passkeys.signInQuestion(request.ip, passkeySite(settings.publicUrl, request))),
  );
  app.get(
    '/api/v1/me/passkeys',
    { schema: { summary: 'one’s own passkeys', response: { 200: Type.Array(Passkey) } } },
    async (request) => (await passkeys.list(await cookie.user(request))).map(answer),
  );
  app.post(
    '/api/v1/me/passkeys/question',
    { schema: { summary: 'what a passkey signs instead of a code', response: { 200: PasskeyQuestion } } },
    async (request) => {
      const user = await cookie.user(request);
      return question(await passkeys.question(user, passkeySite(settings.publicUrl, request)));
    },
  );
  app.post(
    '/api/v1/me/passkeys/offer',
    {
      schema: { summary: 'what a new passkey signs', body: PasskeyOfferBody, response: { 200: PasskeyOffer } },
    },
    async (request) => {
      const user = await cookie.user(request);
      const { name, code } = request.body;
      const site = passkeySite(settings.publicUrl, request);
      const offered = await passkeys.offer(user, await stepUp(user, code, 'passkey.add'), name, site);
      const { allowed: known, ...asked } = question(offered);
      const { id, name: account, displayName } = user.account;
      const handle = Buffer.from(id).toString('base64url');
      return { ...asked, known, user: { handle, name: account, displayName }, algorithms: [...PASSKEY_ALGORITHMS] };
    },
  );
  app.post(
    '/api/v1/me/passkeys',
    { schema: { summary: 'register a passkey', body: PasskeyMade, response: { 200: Passkey } } },
    async (request) => answer(await passkeys.add(await cookie.user(request), request.body)),
  );
  app.post(
    '/api/v1/me/passkeys/:id/remove',
    {
      schema: {
        summary: 'remove one of one’s own passkeys',
        params: IdParams,
        body: StepUpBody,
        response: { 204: Type.Null() },
      },
    },
    async (request, reply) => {
      const user = await cookie.user(request);
      await passkeys.remove(user, await stepUp(user, request.body.code, 'passkey.remove'), request.params.id);
      return reply.status(204).send(null);
    },
  );
};

function answer({ id, name, discoverable, createdAt, lastUsedAt }: Kept): Passkey {
  return { id, name, signsIn: discoverable, createdAt, lastUsedAt };
}

function question({ challenge: { attempt, challenge, site }, passkeys }: Asked): PasskeyQuestion {
  const allowed = passkeys.map(({ credential, transports }) => ({ credential, transports: [...transports] }));
  return { attempt, challenge, site: site.id, timeoutMs: CHALLENGE_MS, allowed };
}
