// Custodians and unsealings.

import Type from 'typebox';
import type { UnsealingView } from '../../approvals/records/unsealing-view.ts';
import type { Custodian as InOffice } from '../../identity/custodians/custodian-repository.ts';
import { Capsule, Custodian, CustodianBody, ShareBody, Unsealing, UnsealingBody } from '../contract/custody.ts';
import { StepUpBody } from '../contract/login.ts';
import { IdParams } from '../contract/words.ts';
import type { Routes } from './routes.ts';

export const custodyRoutes: Routes = (app, { services, cookie }) => {
  const { custodians, unsealings, custodianShares, stepUp } = services;
  app.get(
    '/api/v1/custodians',
    { schema: { summary: 'head, section, auditor: the custodians', response: { 200: Type.Array(Custodian) } } },
    async (request) => (await custodians.list(await cookie.user(request))).map(custodian),
  );
  app.post(
    '/api/v1/custodians',
    { schema: { summary: 'head: appoint one', body: CustodianBody, response: { 200: Type.Array(Custodian) } } },
    async (request) => {
      const user = await cookie.user(request);
      const { account, recipient, code } = request.body;
      const fresh = await stepUp(user, code, 'custodian.manage');
      return (await custodians.appoint(user, fresh, account, recipient)).map(custodian);
    },
  );
  app.post(
    '/api/v1/custodians/:id/remove',
    {
      schema: {
        summary: 'head: remove one, by account',
        params: IdParams,
        body: StepUpBody,
        response: { 200: Type.Array(Custodian) },
      },
    },
    async (request) => {
      const user = await cookie.user(request);
      const fresh = await stepUp(user, request.body.code, 'custodian.manage');
      return (await custodians.remove(user, fresh, request.params.id)).map(custodian);
    },
  );
  app.get(
    '/api/v1/unsealings',
    { schema: { summary: 'auditor, custodians: requests to unseal', response: { 200: Type.Array(Unsealing) } } },
    async (request) => (await unsealings.list(await cookie.user(request))).map(unsealing),
  );
  app.post(
    '/api/v1/sessions/:id/unsealings',
    {
      schema: {
        summary: 'auditor: ask to see everything that was typed',
        params: IdParams,
        body: UnsealingBody,
        response: { 200: Unsealing },
      },
    },
    async (request) => {
      const user = await cookie.user(request);
      const fresh = await stepUp(user, request.body.code, 'session.unseal');
      return unsealing(await unsealings.ask(user, fresh, request.params.id, request.body.reason));
    },
  );
  app.post(
    '/api/v1/unsealings/:id/capsule',
    { schema: { summary: 'custodian: take the sealed share', params: IdParams, response: { 200: Capsule } } },
    async (request) => {
      const capsule = await custodianShares.capsule(await cookie.user(request), request.params.id);
      return { capsule: capsule.toString('base64') };
    },
  );
  app.post(
    '/api/v1/unsealings/:id/share',
    {
      schema: {
        summary: 'custodian: hand in the share',
        params: IdParams,
        body: ShareBody,
        response: { 200: Unsealing },
      },
    },
    async (request) => {
      const share = Buffer.from(request.body.share, 'base64');
      return unsealing(await custodianShares.share(await cookie.user(request), request.params.id, share));
    },
  );
};

function custodian({ person, recipient, appointedAt }: InOffice): Custodian {
  return { person: { ...person }, recipient, appointedAt };
}

function unsealing(view: UnsealingView): Unsealing {
  return { ...view, session: { ...view.session }, shares: view.shares.map((share) => ({ ...share })) };
}
