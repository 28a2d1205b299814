// Originals and what became of them. Who may see or get which is decided in approvals.

import { Readable } from 'node:stream';
import type { ReportedPlace } from '../../approvals/originals/change-report.ts';
import type { State } from '../../approvals/originals/difference.ts';
import type { Item } from '../../approvals/originals/manifest.ts';
import type { ReadReport } from '../../approvals/originals/originals.ts';
import type { FilePath } from '../../audit/events/file-path.ts';
import { type FileName, nameOf } from '../../recordings/read/file-name.ts';
import { ChangeReport, type OriginalItem, OriginalsPage, OriginalsQuery, TakeBody } from '../contract/originals.ts';
import { IdParams } from '../contract/words.ts';
import type { Routes } from './routes.ts';

export const originalRoutes: Routes = (app, { services, cookie }) => {
  const { originals } = services;
  app.get(
    '/api/v1/tickets/:id/originals',
    {
      schema: {
        summary: 'section, head, auditor: what was there before the ticket changed it',
        params: IdParams,
        querystring: OriginalsQuery,
        response: { 200: OriginalsPage },
      },
    },
    async (request) => {
      const user = await cookie.user(request);
      const { manifest, from = 0 } = request.query;
      const page = await originals.list(user, request.params.id, { ...(manifest !== undefined && { manifest }), from });
      return {
        manifests: page.manifests.map(({ ticket, targetAccount, windowStart, declared, ...rest }) => ({
          ...rest,
          declared: [...declared],
        })),
        items: page.items.map(itemAnswer),
        next: page.next,
      };
    },
  );
  app.get(
    '/api/v1/tickets/:id/changes',
    {
      schema: {
        summary: 'section, head, auditor: how it differs from that, as it was read last',
        params: IdParams,
        response: { 200: ChangeReport },
      },
    },
    async (request) => reportAnswer(await originals.report(await cookie.user(request), request.params.id)),
  );
  app.post(
    '/api/v1/tickets/:id/originals/take',
    {
      schema: {
        summary: 'requester: the original that this approved ticket names among its tools',
        params: IdParams,
        body: TakeBody,
      },
    },
    async (request, reply) => {
      const user = await cookie.user(request);
      const { sha256 } = request.body;
      const content = await originals.take(user, request.params.id, sha256);
      return reply
        .type('application/octet-stream')
        .header('content-disposition', `attachment; filename="${sha256}"`)
        .send(Readable.from(content));
    },
  );
};

function itemAnswer({ path, link, ...item }: Item): OriginalItem {
  return { ...item, path: nameOf(path), link: named(link) };
}

function reportAnswer({ id, sha256, report, texts }: ReadReport): ChangeReport {
  return { id, sha256, at: report.at, places: report.places.map((place) => placeAnswer(place, texts)) };
}

function placeAnswer(
  { targetAccount, changes, declared, failure, ...place }: ReportedPlace,
  texts: ReadReport['texts'],
): ChangeReport['places'][number] {
  return {
    ...place,
    declared: [...declared],
    failure: failure && { why: failure.why, path: named(failure.path) },
    changes: changes.map(({ path, before, after, text, ...change }) => ({
      ...change,
      path: nameOf(path),
      before: before && stateAnswer(before),
      after: after && stateAnswer(after),
      text: text === null ? null : (texts.get(text) ?? null),
    })),
  };
}

function stateAnswer({ link, ...state }: State) {
  return { ...state, link: named(link) };
}

function named(path: FilePath | null): FileName | null {
  return path === null ? null : nameOf(path);
}
