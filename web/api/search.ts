// Searching what all sessions printed.

import type { SearchAnswer } from '../../approvals/records/search-records.ts';
import { SearchPage, SearchQuery } from '../contract/search.ts';
import type { Routes } from './routes.ts';

export const searchRoutes: Routes = (app, { services, cookie }) => {
  app.get(
    '/api/v1/search',
    {
      schema: {
        summary: 'auditor: search what sessions printed',
        querystring: SearchQuery,
        response: { 200: SearchPage },
      },
    },
    async (request) => {
      const user = await cookie.user(request);
      return answer(await services.searchRecords(user, request.query.q, request.query.from));
    },
  );
};

function answer({ sessions, ...rest }: SearchAnswer): SearchPage {
  return {
    ...rest,
    sessions: sessions.map(({ session, partly, hits }) => ({
      session: { ...session },
      partly,
      hits: hits.map(({ at, offset, command, snippet, marks }) => ({
        at,
        offset,
        command,
        snippet,
        marks: marks.map(([from, length]): [number, number] => [from, length]),
      })),
    })),
  };
}
