// Deputies, routes, freezes, and tickets that are still being written.

import Type from 'typebox';
import type { DeputyView } from '../../approvals/deputies/service.ts';
import type { Freeze as Placed } from '../../approvals/freeze/calendar.ts';
import type { Routes as Arranged } from '../../approvals/routes/service.ts';
import {
  AssignBody,
  CodeBody,
  Deputy,
  DeputyBody,
  Form,
  FormBody,
  Freeze,
  FreezeBody,
  GroupBody,
  Routes as RoutesAnswer,
} from '../contract/arrangements.ts';
import { IdParams, Person } from '../contract/words.ts';
import type { Routes } from './routes.ts';

const ANSWERS_DEPUTIES = { response: { 200: Type.Array(Deputy) } };
const ANSWERS_ROUTES = { response: { 200: RoutesAnswer } };
const ANSWERS_FREEZES = { response: { 200: Type.Array(Freeze) } };

export const deputyRoutes: Routes = (app, { services, cookie }) => {
  const { deputies, stepUp } = services;
  const answer = (views: readonly DeputyView[]): Deputy[] => views.map((view) => ({ ...view }));
  app.get(
    '/api/v1/deputies',
    { schema: { summary: 'who stands in for a head', ...ANSWERS_DEPUTIES } },
    async (request) => answer(await deputies.list(await cookie.user(request))),
  );
  app.get(
    '/api/v1/deputies/candidates',
    { schema: { summary: 'head: who could stand in', response: { 200: Type.Array(Person) } } },
    async (request) => [...(await deputies.candidates(await cookie.user(request)))],
  );
  app.post(
    '/api/v1/deputies',
    { schema: { summary: 'head: name who stands in', body: DeputyBody, ...ANSWERS_DEPUTIES } },
    async (request) => {
      const user = await cookie.user(request);
      const { code, ...body } = request.body;
      return answer(await deputies.appoint(user, await stepUp(user, code, 'deputy.appoint'), body));
    },
  );
  app.post(
    '/api/v1/deputies/:id/end',
    { schema: { summary: 'head: end it early', params: IdParams, ...ANSWERS_DEPUTIES } },
    async (request) => answer(await deputies.end(await cookie.user(request), request.params.id)),
  );
};

export const routeRoutes: Routes = (app, { services, cookie }) => {
  const { routes, stepUp } = services;
  const answer = ({ groups, targets }: Arranged): RoutesAnswer => ({ groups: [...groups], targets: [...targets] });
  app.get(
    '/api/v1/routes',
    { schema: { summary: 'what tickets for which targets have to pass', ...ANSWERS_ROUTES } },
    async (request) => answer(await routes.list(await cookie.user(request))),
  );
  app.post(
    '/api/v1/routes/groups',
    { schema: { summary: 'head: a group of targets', body: GroupBody, ...ANSWERS_ROUTES } },
    async (request) => {
      const user = await cookie.user(request);
      const { code, ...body } = request.body;
      return answer(await routes.addGroup(user, await stepUp(user, code, 'route.manage'), body));
    },
  );
  app.post(
    '/api/v1/routes/groups/:id',
    { schema: { summary: 'head: what it asks for', params: IdParams, body: GroupBody, ...ANSWERS_ROUTES } },
    async (request) => {
      const user = await cookie.user(request);
      const { code, ...body } = request.body;
      return answer(await routes.setGroup(user, await stepUp(user, code, 'route.manage'), request.params.id, body));
    },
  );
  app.post(
    '/api/v1/routes/targets/:id',
    { schema: { summary: 'head: the group of a target', params: IdParams, body: AssignBody, ...ANSWERS_ROUTES } },
    async (request) => {
      const user = await cookie.user(request);
      const { code, group } = request.body;
      return answer(await routes.assign(user, await stepUp(user, code, 'route.manage'), request.params.id, group));
    },
  );
};

export const freezeRoutes: Routes = (app, { services, cookie }) => {
  const { freezes, stepUp } = services;
  const answer = (all: readonly Placed[]): Freeze[] =>
    all.map(({ id, start, end, reason, placedAt }) => ({ id, start, end, reason, placedAt }));
  app.get('/api/v1/freezes', { schema: { summary: 'when nothing is open', ...ANSWERS_FREEZES } }, async (request) =>
    answer(await freezes.list(await cookie.user(request))),
  );
  app.post(
    '/api/v1/freezes',
    {
      schema: { summary: 'head, section: place one; closes what is open in it', body: FreezeBody, ...ANSWERS_FREEZES },
    },
    async (request) => {
      const placed = await freezes.place(await cookie.user(request), request.body);
      await services.inForce();
      return answer(placed);
    },
  );
  app.post(
    '/api/v1/freezes/:id/lift',
    { schema: { summary: 'head: lift it', params: IdParams, body: CodeBody, ...ANSWERS_FREEZES } },
    async (request) => {
      const user = await cookie.user(request);
      const fresh = await stepUp(user, request.body.code, 'freeze.lift');
      const left = await freezes.lift(user, fresh, request.params.id);
      await services.inForce();
      return answer(left);
    },
  );
};

export const formRoutes: Routes = (app, { services, cookie }) => {
  const { forms } = services;
  app.get(
    '/api/v1/forms',
    { schema: { summary: 'operator: tickets one is still writing', response: { 200: Type.Array(Form) } } },
    async (request) => (await forms.list(await cookie.user(request))).map((form) => ({ ...form })),
  );
  app.post(
    '/api/v1/forms',
    { schema: { summary: 'operator: begin one', body: FormBody, response: { 200: Form } } },
    async (request) => ({ ...(await forms.begin(await cookie.user(request), request.body.body)) }),
  );
  app.post(
    '/api/v1/forms/:id',
    {
      schema: { summary: 'operator: keep what is written', params: IdParams, body: FormBody, response: { 200: Form } },
    },
    async (request) => ({ ...(await forms.keep(await cookie.user(request), request.params.id, request.body.body)) }),
  );
  app.post(
    '/api/v1/forms/:id/discard',
    {
      schema: { summary: 'operator: it is not needed any more', params: IdParams, response: { 200: Type.Object({}) } },
    },
    async (request) => {
      await forms.discard(await cookie.user(request), request.params.id);
      return {};
    },
  );
};
