// A running installation: everything composed, the gateway up, the web server listening. Stops in the reverse order.

import { readFileSync } from 'node:fs';
import { type AddressInfo, isIPv6 } from 'node:net';
import { join } from 'node:path';
import { keepIndexed } from '../../recordings/search/keep-indexed.ts';
import { defineRefusal } from '../../store/core/refusal.ts';
import type { Settings } from '../../store/core/settings.ts';
import { createWebServer } from '../../web/server.ts';
import { requirePatchedSsh2 } from '../gateway/ssh2/patched.ts';
import { compose, type Installation, type InstallationInput } from './compose.ts';
import { isLoopback } from './loopback.ts';
import { claim } from './only-one.ts';
import { version } from './version.ts';

export interface Running extends Installation {
  /** Where browsers reach it. */
  readonly web: string;
  stop(): Promise<void>;
}

const plainHttp = defineRefusal<{ host: string }>('settings.plain-http', 'invalid', ({ host }) => ({
  zh: `web.host 为 ${host} 而没有配置证书：明文 HTTP 只允许在本机回环地址上使用`,
  en: `web.host is ${host} without a certificate: plain HTTP is for the loopback address only`,
}));

const portTaken = defineRefusal<{ port: number }>('web.port-taken', 'unavailable', ({ port }) => ({
  zh: `端口 ${port} 已被占用，请用 --http 换一个`,
  en: `port ${port} is taken; choose another with --http`,
}));

export async function run(input: InstallationInput, demo: boolean): Promise<Running> {
  const { settings, folder, logger } = input;
  const host = settings['web.host'];
  if (settings['web.tlsCertificate'] === null && !isLoopback(host)) throw plainHttp({ host });
  // The gateway's own process asks again; here it is one sentence and an end, there it would be restarts without end.
  requirePatchedSsh2();
  const release = claim(folder);
  const undo: (() => Promise<unknown>)[] = [async () => release()];
  const stop = async (): Promise<void> => {
    for (const act of undo.splice(0).reverse()) {
      await act().catch((error: unknown) => logger.error('stop.failed', error));
    }
  };
  try {
    const installation = await compose(input);
    undo.push(
      () => installation.database.close(),
      () => installation.publisher.stop(),
    );
    const stopAsking = [
      installation.witnesses?.start(),
      installation.stamper?.start(),
      installation.beat(),
      installation.diskWatch.start(),
      ...installation.overdueWatches.map((watch) => watch.start()),
      installation.noticeSender.start(),
    ];
    undo.push(async () => {
      for (const stopOne of stopAsking) stopOne?.();
    });
    await installation.note('started');
    undo.push(() => installation.note('stopped'));
    await installation.recover('controller-lost');
    await installation.eraser.finish();
    await installation.filesStore.sweep();
    await installation.attachmentStore.sweep();
    const app = await createWebServer(installation.services, webSettings(settings, demo));
    await installation.supervisor.start();
    undo.push(() => installation.supervisor.stop());
    installation.pictures.start();
    undo.push(() => installation.pictures.close());
    await app.listen({ host, port: settings['web.port'] }).catch((error: unknown) => {
      throw isTaken(error) ? portTaken({ port: settings['web.port'] }) : error;
    });
    undo.push(() => app.close());
    undo.push(keepIndexed({ ...installation, logger }));
    return { ...installation, web: urlOf(settings, app.server.address()), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function webSettings(settings: Settings, demo: boolean) {
  const certificate = settings['web.tlsCertificate'];
  const key = settings['web.tlsKey'];
  const tls =
    certificate === null || key === null
      ? null
      : { certificate: readFileSync(certificate, 'utf8'), key: readFileSync(key, 'utf8') };
  return {
    version: version(),
    demo,
    timeZone: settings.timeZone,
    requestsPerMinute: settings['web.requestsPerMinute'],
    publicUrl: settings['web.publicUrl']?.replace(/\/+$/, '') ?? null,
    page: join(import.meta.dirname, '../../web/dist'),
    tls,
  };
}

function urlOf(settings: Settings, address: string | AddressInfo | null): string {
  const given = settings['web.publicUrl'];
  if (given !== null) return given.replace(/\/+$/, '');
  const port = address !== null && typeof address === 'object' ? address.port : settings['web.port'];
  const host = settings['web.host'];
  const scheme = settings['web.tlsCertificate'] === null ? 'http' : 'https';
  return `${scheme}://${isIPv6(host) ? `[${host}]` : host}:${port}`;
}

function isTaken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
}

/** A terminal's Ctrl-C arrives twice under npm: from the terminal, and once more passed on by npm. */
const SAME_REQUEST_MS = 1000;

/** Resolves when the process is asked to end; asking again later ends it at once. */
export function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    let askedAt: number | undefined;
    const ask = (): void => {
      const now = performance.now();
      if (askedAt !== undefined && now - askedAt > SAME_REQUEST_MS) process.exit(130);
      askedAt ??= now;
      resolve();
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, ask);
  });
}
