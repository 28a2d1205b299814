// More time for a window that is open. Who may do what is decided in approvals.

import Type from 'typebox';
import type { ExtensionView } from '../../approvals/extensions/extension.ts';
import { Extension, ExtensionBody, GrantBody } from '../contract/extensions.ts';
import { ReasonBody } from '../contract/tickets.ts';
import { IdParams } from '../contract/words.ts';
import type { Routes } from './routes.ts';

export const extensionRoutes: Routes = (app, { services, cookie }) => {
  const { extensions, stepUp } = services;
  const answering = <S extends string>(summary: S) => ({ summary, params: IdParams, response: { 200: Extension } });
  app.get(
    '/api/v1/tickets/:id/extensions',
    {
      schema: {
        summary: 'more time that was asked for, newest first',
        params: IdParams,
        response: { 200: Type.Array(Extension) },
      },
    },
    async (request) => (await extensions.list(await cookie.user(request), request.params.id)).map(answer),
  );
  app.post(
    '/api/v1/tickets/:id/extensions',
    { schema: { ...answering('requester, companion: ask for more time'), body: ExtensionBody } },
    async (request) => {
      const user = await cookie.user(request);
      const { reason, ...wanted } = request.body;
      return answer(await extensions.ask(user, request.params.id, wanted, reason));
    },
  );
  app.post(
    '/api/v1/extensions/:id/withdraw',
    { schema: answering('requester, companion: ask no longer') },
    async (request) => answer(await extensions.withdraw(await cookie.user(request), request.params.id)),
  );
  app.post(
    '/api/v1/extensions/:id/grant',
    { schema: { ...answering('head: grant more time; what is open goes on'), body: GrantBody } },
    async (request) => {
      const user = await cookie.user(request);
      const fresh = await stepUp(user, request.body.code, 'extension.grant');
      const granted = await extensions.grant(user, fresh, request.params.id);
      // Answered once the live sessions know of it.
      await services.inForce();
      return answer(granted);
    },
  );
  app.post(
    '/api/v1/extensions/:id/refuse',
    { schema: { ...answering('head: no more time'), body: ReasonBody } },
    async (request) => {
      const user = await cookie.user(request);
      return answer(await extensions.refuse(user, request.params.id, request.body.reason));
    },
  );
};

function answer(view: ExtensionView): Extension {
  return { ...view, ticket: { ...view.ticket } };
}
