// Notices in a group of 企业微信 or 钉钉, by its robot. The address of a robot is its secret; 钉钉 adds a signature.
//
// 企业微信: POST {"msgtype":"text","text":{"content":…}}; 钉钉: the same, with timestamp and sign in the query, sign being
// the base 64 of HMAC-SHA256 of "<timestamp>\n<secret>" under the secret. Both answer 200 with {"errcode":0} when taken.

import { createHmac } from 'node:crypto';
import type { Post, PostAnswer } from '../../audit/http-post.ts';
import type { Clock } from '../../store/core/clock.ts';
import type { Secret } from '../../store/core/secret.ts';
import type { Carrier, Letter } from './notice.ts';

export function createWecomCarrier({ url, post }: { readonly url: Secret; readonly post: Post }): Carrier {
  return async (letter) => requireTaken(await post(message(url.revealText(), letter)));
}

export interface DingtalkInput {
  readonly url: Secret;
  /** Null for a robot that goes by keywords or addresses instead. */
  readonly secret: Secret | null;
  readonly post: Post;
  readonly clock: Clock;
}

export function createDingtalkCarrier({ url, secret, post, clock }: DingtalkInput): Carrier {
  return async (letter) => {
    const address = new URL(url.revealText());
    if (secret !== null) {
      const timestamp = Math.floor(clock.now());
      const sign = createHmac('sha256', secret.reveal())
        .update(`${timestamp}\n`)
        .update(secret.reveal())
        .digest('base64');
      address.searchParams.set('timestamp', String(timestamp));
      address.searchParams.set('sign', sign);
    }
    requireTaken(await post(message(address.href, letter)));
  };
}

function message(url: string, { lines, link }: Letter) {
  const content = [...lines, ...(link === null ? [] : [link])].join('\n');
  return { url, type: 'application/json', body: Buffer.from(JSON.stringify({ msgtype: 'text', text: { content } })) };
}

function requireTaken({ status, body }: PostAnswer): void {
  if (status !== 200) throw new Error(`expected status 200, got ${status}`);
  const code = errcode(body.toString('utf8'));
  if (code !== 0) throw new Error(`the robot did not take it (errcode ${code ?? 'missing'})`);
}

function errcode(text: string): number | undefined {
  try {
    const { errcode } = JSON.parse(text) as { readonly errcode?: unknown };
    return typeof errcode === 'number' ? errcode : undefined;
  } catch {
    return undefined;
  }
}
