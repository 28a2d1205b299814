// Notices for other programs: one JSON object, signed, so that whoever gets it knows where it is from and when.
//
//   sluice-signature: t=<seconds since 1970>,v1=<hex HMAC-SHA256 of "<t>.<body>" under the shared secret>

import { createHmac } from 'node:crypto';
import type { Post } from '../../audit/http-post.ts';
import { canonicalJson } from '../../store/core/canonical-json.ts';
import type { Clock } from '../../store/core/clock.ts';
import type { Secret } from '../../store/core/secret.ts';
import type { Carrier } from './notice.ts';

export interface WebhookInput {
  readonly url: string;
  readonly secret: Secret;
  readonly post: Post;
  readonly clock: Clock;
}

export function createWebhookCarrier({ url, secret, post, clock }: WebhookInput): Carrier {
  return async ({ id, kind, at, ticket, title, link }) => {
    const body = Buffer.from(
      canonicalJson({ id, kind, at, ticket: ticket && { ...ticket }, title: { ...title }, link }),
    );
    const seconds = Math.floor(clock.now() / 1000);
    const mac = createHmac('sha256', secret.reveal()).update(`${seconds}.`).update(body).digest('hex');
    const headers = { 'sluice-signature': `t=${seconds},v1=${mac}` };
    const { status } = await post({ url, type: 'application/json', body, headers });
    if (status < 200 || status > 299) throw new Error(`expected a status of 2xx, got ${status}`);
  };
}
