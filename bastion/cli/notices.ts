// How notices leave this installation, as the settings say. A way that is set up half is an error at the start: whoever
// relies on being told must not find out later.

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { createDingtalkCarrier, createWecomCarrier } from '../../approvals/notices/group-robot.ts';
import { createMailCarrier, type MailServer } from '../../approvals/notices/mail.ts';
import type { Carrier, Medium } from '../../approvals/notices/notice.ts';
import { createWebhookCarrier } from '../../approvals/notices/webhook.ts';
import { createPost } from '../../audit/http-post.ts';
import type { Clock } from '../../store/core/clock.ts';
import { Secret } from '../../store/core/secret.ts';
import { badSetting, type SettingName, type Settings } from '../../store/core/settings.ts';
import type { DataFolder } from './data-folder.ts';
import { isLoopback } from './loopback.ts';

const ANSWER = { timeoutMs: 15_000, mostBytes: 64 * 1024 };

/** Throws `settings.invalid`. */
export function noticeCarriers(
  folder: Pick<DataFolder, 'path'>,
  settings: Settings,
  clock: Clock,
): ReadonlyMap<Medium, Carrier> {
  const post = createPost(ANSWER);
  const carriers = new Map<Medium, Carrier>();
  const mail = mailServer(folder, settings);
  if (mail !== null) carriers.set('email', createMailCarrier(mail));
  const webhook = settings['notices.webhook'];
  if (webhook !== null) {
    const [secret] = linesOf(folder, settings, 'notices.webhookSecret') ?? [];
    if (secret === undefined) throw half('notices.webhookSecret', 'a file with the secret', null);
    const url = protectedUrl('notices.webhook', webhook);
    carriers.set('webhook', createWebhookCarrier({ url, secret: Secret.ofText(secret), post, clock }));
  }
  const [wecom] = linesOf(folder, settings, 'notices.wecom') ?? [];
  if (wecom !== undefined) {
    carriers.set('wecom', createWecomCarrier({ url: robotUrl('notices.wecom', wecom), post }));
  }
  const [dingtalk, sign] = linesOf(folder, settings, 'notices.dingtalk') ?? [];
  if (dingtalk !== undefined) {
    const secret = sign === undefined ? null : Secret.ofText(sign);
    carriers.set(
      'dingtalk',
      createDingtalkCarrier({ url: robotUrl('notices.dingtalk', dingtalk), secret, post, clock }),
    );
  }
  return carriers;
}

function mailServer(folder: Pick<DataFolder, 'path'>, settings: Settings): MailServer | null {
  const [smtp, from] = [settings['notices.smtp'], settings['notices.from']];
  if (smtp === null) return null;
  const url = URL.canParse(smtp) ? new URL(smtp) : undefined;
  const tls = url?.protocol === 'smtps:';
  if (url === undefined || (!tls && url.protocol !== 'smtp:') || url.hostname === '' || url.password !== '') {
    // Not what stands there: it may hold a password.
    const expected = 'smtps://user@host:465 or smtp://host:587, the password in notices.smtpPassword';
    throw half('notices.smtp', expected, 'something else');
  }
  if (from === null || !/^[^\s@<>]+@[^\s@<>]+$/.test(from)) throw half('notices.from', 'an e-mail address', from);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const user = decodeURIComponent(url.username);
  const [password] = linesOf(folder, settings, 'notices.smtpPassword') ?? [];
  if ((user === '') !== (password === undefined)) {
    throw half(
      'notices.smtpPassword',
      'a user in notices.smtp and a file with the password, or neither',
      'one of them',
    );
  }
  return {
    host,
    port: url.port === '' ? (tls ? 465 : 587) : Number(url.port),
    tls,
    loopback: isLoopback(host),
    login: password === undefined ? null : { user, password },
    from,
  };
}

/** The lines of the file that a setting names; null where it names none. */
function linesOf(folder: Pick<DataFolder, 'path'>, settings: Settings, key: FileSetting): readonly string[] | null {
  const file = settings[key];
  if (file === null) return null;
  try {
    const lines = readFileSync(resolve(folder.path, file), 'utf8')
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '');
    if (lines.length > 0) return lines;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
  }
  throw half(key, 'a file that is there and not empty', file);
}

type FileSetting = 'notices.smtpPassword' | 'notices.webhookSecret' | 'notices.wecom' | 'notices.dingtalk';

/** Names of tickets and people do not cross a network in clear. */
function protectedUrl(key: SettingName, text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname))) return url.href;
  throw half(key, 'a URL with https', 'something else');
}

function robotUrl(key: FileSetting, text: string): Secret {
  return Secret.ofText(protectedUrl(key, text));
}

function half(key: SettingName, expected: string, got: string | null) {
  return badSetting({ key, expected, got: JSON.stringify(got) });
}
