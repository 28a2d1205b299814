// Debian's Chromium, headless, with nothing that reaches out of this machine.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';

export function startBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** Somebody's own browser window: nothing is shared with anybody else's. */
export async function openWindow(
  browser: Browser,
  web: string,
  look: { readonly width?: number; readonly height?: number; readonly locale?: string; readonly dark?: boolean } = {},
): Promise<Page> {
  const { width = 1280, height = 860, locale = 'zh-CN', dark = false } = look;
  const context = await browser.newContext({
    baseURL: web,
    viewport: { width, height },
    locale,
    timezoneId: 'Asia/Shanghai',
    colorScheme: dark ? 'dark' : 'light',
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  return page;
}

/** Where SLUICE_SCREENSHOTS names a folder, keeps a picture of the page there for people to look at. */
export async function photograph(page: Page, name: string): Promise<void> {
  const folder = process.env.SLUICE_SCREENSHOTS;
  if (folder === undefined || folder === '') return;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}
