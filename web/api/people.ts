// People: inviting and departing.

import Type from 'typebox';
import type { AccountView, Invited as InvitedAccount } from '../../identity/people/people.ts';
import { Account, AccountBody, DepartBody, DepartureReceipt, IdentityBody, Invited } from '../contract/people.ts';
import { IdParams } from '../contract/words.ts';
import type { Routes } from './routes.ts';

export const peopleRoutes: Routes = (app, { services, settings, cookie }) => {
  const { people, departures, stepUp, sessionLog } = services;
  const answer = async (view: AccountView): Promise<Account> => {
    const live = await sessionLog.liveByAccount();
    return { ...view, liveSessions: live.get(view.person.id) ?? 0 };
  };
  const invited = async (made: InvitedAccount, base: string): Promise<Invited> => ({
    account: await answer(made.account),
    link: `${base}/join#${made.token.revealText()}`,
  });
  const baseOf = (request: { readonly protocol: string; readonly host: string }): string =>
    settings.publicUrl ?? `${request.protocol}://${request.host}`;

  app.get(
    '/api/v1/accounts',
    { schema: { summary: 'admin, head, auditor: all accounts', response: { 200: Type.Array(Account) } } },
    async (request) => {
      const views = await people.list(await cookie.user(request));
      const live = await sessionLog.liveByAccount();
      return views.map((view) => ({ ...view, liveSessions: live.get(view.person.id) ?? 0 }));
    },
  );
  app.post(
    '/api/v1/accounts',
    { schema: { summary: 'admin: invite a person', body: AccountBody, response: { 200: Invited } } },
    async (request) => invited(await people.invite(await cookie.user(request), request.body), baseOf(request)),
  );
  app.post(
    '/api/v1/accounts/:id/invite',
    {
      schema: { summary: 'admin: a new invitation; the old one is void', params: IdParams, response: { 200: Invited } },
    },
    async (request) =>
      invited(await people.inviteAgain(await cookie.user(request), request.params.id), baseOf(request)),
  );
  app.post(
    '/api/v1/accounts/:id/identity',
    {
      schema: {
        summary: 'admin, head: what paper showed who this is',
        params: IdParams,
        body: IdentityBody,
        response: { 200: Account },
      },
    },
    async (request) => answer(await people.identify(await cookie.user(request), request.params.id, request.body)),
  );
  app.post(
    '/api/v1/accounts/:id/depart',
    {
      schema: {
        summary: 'admin: end everything a person holds',
        params: IdParams,
        body: DepartBody,
        response: { 200: DepartureReceipt },
      },
    },
    async (request) => {
      const user = await cookie.user(request);
      const { reason, code } = request.body;
      const receipt = await departures.depart(
        user,
        await stepUp(user, code, 'account.depart'),
        request.params.id,
        reason,
      );
      return {
        ...receipt,
        sessions: receipt.sessions.map(({ session, ...cut }) => ({ id: session, ...cut })),
        tickets: [...receipt.tickets],
        usedTargetAccounts: [...receipt.usedTargetAccounts],
      };
    },
  );
};
