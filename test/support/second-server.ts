// A second web server over the services of an installation, with a clock or an address of its own.

import type { Clock } from '../../store/core/clock.ts';
import { createWebServer } from '../../web/server.ts';
import type { WebSettings } from '../../web/services.ts';
import type { TestInstallation } from './installation.ts';

export interface SecondServer {
  /** The installation, reached through this server. */
  readonly site: TestInstallation;
  stop(): Promise<void>;
}

export async function secondServer(
  site: TestInstallation,
  { clock = site.clock, ...settings }: Partial<WebSettings> & { readonly clock?: Clock },
): Promise<SecondServer> {
  const app = await createWebServer(
    { ...site.running.services, clock },
    {
      version: '0',
      demo: false,
      requestsPerMinute: 1_000_000,
      timeZone: 'Asia/Shanghai',
      publicUrl: null,
      page: '/nowhere',
      tls: null,
      ...settings,
    },
  );
  const web = await app.listen({ host: '127.0.0.1', port: 0 });
  return { site: { ...site, running: { ...site.running, web } }, stop: () => app.close() };
}
