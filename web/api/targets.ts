// Targets and the logins on them. Credentials go in and never come out.

import { createHash } from 'node:crypto';
import Type from 'typebox';
import type { TargetView } from '../../identity/targets/targets.ts';
import { ScanAnswer, ScanBody, Target, TargetAccountBody, TargetBody, TrustedKey } from '../contract/people.ts';
import { IdParams } from '../contract/words.ts';
import type { Routes } from './routes.ts';

export const targetRoutes: Routes = (app, { services, cookie }) => {
  const { targets, scanner } = services;
  app.get(
    '/api/v1/targets',
    { schema: { summary: 'admin: all targets', response: { 200: Type.Array(Target) } } },
    async (request) => (await targets.list(await cookie.user(request))).map(answer),
  );
  app.post(
    '/api/v1/targets/scan',
    { schema: { summary: 'admin: ask a host for its key', body: ScanBody, response: { 200: ScanAnswer } } },
    async (request) => {
      const host = await targets.scannable(await cookie.user(request), request.body.host);
      const hostKey = await scanner.scan(host, request.body.port);
      const [algorithm = '', blob = ''] = hostKey.split(' ');
      return { hostKey, algorithm, fingerprint: fingerprintOf(blob) };
    },
  );
  app.post(
    '/api/v1/targets',
    { schema: { summary: 'admin: register a target', body: TargetBody, response: { 200: Target } } },
    async (request) => answer(await targets.add(await cookie.user(request), request.body)),
  );
  app.get(
    '/api/v1/targets/trusted-keys',
    {
      schema: {
        summary: 'admin: the lines for TrustedUserCAKeys of targets whose accounts open with certificates',
        response: { 200: Type.Array(TrustedKey) },
      },
    },
    async (request) => [...(await targets.trustedKeys(await cookie.user(request)))],
  );
  app.post(
    '/api/v1/targets/:id/accounts',
    {
      schema: {
        summary: 'admin: add a login on a target',
        params: IdParams,
        body: TargetAccountBody,
        response: { 200: Target },
      },
    },
    async (request) => answer(await targets.addAccount(await cookie.user(request), request.params.id, request.body)),
  );
};

function answer(view: TargetView): Target {
  return { ...view, accounts: [...view.accounts] };
}

/** As OpenSSH prints it: SHA-256 in base 64 without padding. */
function fingerprintOf(blob: string): string {
  const digest = createHash('sha256').update(Buffer.from(blob, 'base64')).digest('base64');
  return `SHA256:${digest.replace(/=+$/, '')}`;
}
