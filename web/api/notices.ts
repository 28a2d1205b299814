// One's own notices.

import type { NoticePreferences as Chosen } from '../../approvals/notices/preferences.ts';
import { NoticePreferences, NoticePreferencesBody } from '../contract/notices.ts';
import type { Routes } from './routes.ts';

export const noticeRoutes: Routes = (app, { services, cookie }) => {
  const { noticeSettings, stepUp } = services;
  const answer = ({ off, kinds, ...rest }: Chosen): NoticePreferences => ({
    ...rest,
    off: [...off],
    kinds: [...kinds],
  });
  app.get(
    '/api/v1/me/notices',
    { schema: { summary: 'what one is told about', response: { 200: NoticePreferences } } },
    async (request) => answer(await noticeSettings.get(await cookie.user(request))),
  );
  app.post(
    '/api/v1/me/notices',
    {
      schema: {
        summary: 'choose what one is told about, and where',
        body: NoticePreferencesBody,
        response: { 200: NoticePreferences },
      },
    },
    async (request) => {
      const user = await cookie.user(request);
      const { code, ...wanted } = request.body;
      return answer(await noticeSettings.set(user, await stepUp(user, code, 'notice.manage'), wanted));
    },
  );
};
