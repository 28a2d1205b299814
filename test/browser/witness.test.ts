// The browser as a witness (R19, B12): a server that was put back or written again between two visits is shouted at, in
// a real browser, on every page, for good.

import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadKeys, loadSettings } from '../../bastion/cli/data-folder.ts';
import { type Running, run } from '../../bastion/cli/running.ts';
import { silentLogger } from '../../store/core/logger.ts';
import { openWindow, photograph, startBrowser } from '../support/browser.ts';
import { freePort } from '../support/free-port.ts';
import { PASSWORD, startInstallation, type TestInstallation } from '../support/installation.ts';

let site: TestInstallation;
let running: Running;
let browser: Browser;
let yesterday: string;

beforeAll(async () => {
  [site, browser] = await Promise.all([startInstallation({ 'web.port': await freePort() }), startBrowser()]);
  running = site.running;
  yesterday = mkdtempSync(join(tmpdir(), 'sluice-yesterday-'));
});
afterAll(async () => {
  await browser.close();
  await running.stop();
  await site.stop();
  rmSync(yesterday, { recursive: true, force: true });
});

async function signIn(name: string): Promise<Page> {
  const page = await openWindow(browser, running.web);
  await page.goto('/');
  await page.getByLabel('账号名').fill(name);
  await page.getByLabel('密码').fill(PASSWORD);
  await page.getByLabel('验证器上的 6 位动态口令').fill(site.code(name));
  await page.getByRole('navigation').first().waitFor();
  return page;
}

/** How many leaves the browser has seen, once it has looked; `more` than it had. */
async function seen(page: Page, more = 0): Promise<number> {
  const size = () =>
    page.evaluate(() =>
      Number(JSON.parse(localStorage.getItem('sluice.checkpoint') ?? '{}').note?.split('\n')[1] ?? 0),
    );
  await expect.poll(size).toBeGreaterThan(more);
  return size();
}

async function restart(): Promise<void> {
  const { folder, clock } = site;
  running = await run(
    { folder, settings: loadSettings(folder, {}), keys: loadKeys(folder), clock, logger: silentLogger },
    false,
  );
}

/** So many refused requests, each of which is an event. */
async function happen(page: Page, count: number): Promise<void> {
  for (let nth = 0; nth < count; nth += 1) await page.request.get('/api/v1/evidence/proof?leaf=999999');
  await running.publisher.flush();
}

const bar = (page: Page) => page.getByTestId('witness-alarm');

test('a log that is put back, and one that is written again, are found by whoever saw the other one', async () => {
  const [auditor, head, section] = [await signIn('auditor'), await signIn('head'), await signIn('section')];
  const early = await seen(section);
  await seen(auditor);
  await seen(head);
  await running.stop();
  cpSync(site.folder.path, yesterday, { recursive: true });
  await restart();
  await happen(auditor, 60);
  for (const page of [auditor, head]) {
    await page.goto('/');
    await seen(page, early + 50);
    expect(await bar(page).count()).toBe(0);
  }
  await running.stop();

  // Somebody puts the whole folder back to yesterday: it verifies, it starts, and nothing on the machine knows better.
  rmSync(site.folder.path, { recursive: true });
  cpSync(yesterday, site.folder.path, { recursive: true });
  await restart();
  await auditor.goto('/sessions');
  await bar(auditor).waitFor();
  expect(await bar(auditor).textContent()).toContain('日志被退回到了以前的状态');
  await photograph(auditor, '40-witness-rolled-back');

  // Grown beyond what the head's browser has seen, it is another history all the same.
  await happen(auditor, 120);
  await head.goto('/');
  await bar(head).waitFor();
  expect(await bar(head).textContent()).toContain('已经签名的证据被改写过');

  // Who saw nothing of what was cut off has nothing to complain about.
  await section.goto('/');
  await seen(section, early);
  expect(await bar(section).count()).toBe(0);

  // A checkpoint that the log's key did not sign is none, whatever it continues.
  await section.route('**/api/v1/checkpoint', async (route) => {
    const answer = (await (await route.fetch()).json()) as { checkpoint: string; verifierKey: string };
    const checkpoint = answer.checkpoint.replace(/.{12}\n$/, 'AAAAAAAAAA==\n');
    await route.fulfill({ json: { ...answer, checkpoint } });
  });
  await section.goto('/');
  await bar(section).waitFor();
  expect(await bar(section).textContent()).toContain('没有有效签名');

  // It does not go away: not on another page, not in another language, not when the server signs what it likes.
  for (const path of ['/', '/tickets', '/people']) {
    await auditor.goto(path);
    await bar(auditor).waitFor();
  }
  await auditor.evaluate(() => localStorage.setItem('sluice.language', 'en'));
  await auditor.reload();
  await bar(auditor).waitFor();
  expect(await bar(auditor).textContent()).toContain('put back to an earlier state');
  await bar(auditor).getByText('Show both checkpoints').click();
  expect((await bar(auditor).locator('pre').allTextContents()).join('')).toMatch(/— sluice\/.*— sluice\//s);
}, 120_000);
