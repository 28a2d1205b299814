// Attachments, in the browser that the tests of the page share.

import { expect, test } from 'vitest';
import { photograph } from '../../support/browser.ts';
import type { PageTests } from './page-tests.ts';

export function papersTests({ open, api, complaints }: PageTests): void {
  test('attachments go with a ticket; one that is refused says why and loses nothing (R3)', async () => {
    const page = await open('/tickets/new?from=t-wait', 'operator');
    await page.click('text=明天 9:00–11:00');
    await page.setInputFiles('input[type=file]', [
      { name: '方案-v2.txt', mimeType: 'text/plain', buffer: Buffer.from('备份') },
      { name: 'run.txt', mimeType: 'text/plain', buffer: Buffer.from('#!/bin/sh') },
      { name: '空.txt', mimeType: 'text/plain', buffer: Buffer.alloc(0) },
    ]);
    expect(await page.textContent('.err')).toContain('“空.txt”是空文件');
    await page.click('button[type=submit]');
    await page.locator('[data-testid=uploads] [role=alert]', { hasText: '这是程序或脚本' }).waitFor();
    expect(await page.textContent('[data-testid=uploads]')).toContain('工单已存为草稿');
    await photograph(page, 'new-ticket-attachment-refused');
    const sent = api().posts.find(({ url }) => url === '/api/v1/tickets');
    // The other ticket's attachments are not this one's, and its terms are sent without them.
    expect(sent?.body).toMatchObject({ terms: { risk: 'low' } });
    expect(sent?.body).not.toHaveProperty('terms.attachments');
    await page.click('[data-testid=uploads] [aria-label^="去掉"]');
    await page.click('button[type=submit]');
    await page.waitForURL(/\/tickets\/t-new/);
    const list = page.locator('.attachments li');
    expect(await list.allInnerTexts()).toEqual([expect.stringMatching(/方案-v2\.txt\s+文本 · 6 B/)]);
    expect(api().posts.map(({ url }) => url.replace('/api/v1/tickets', ''))).toEqual(
      expect.arrayContaining(['', '/t-new/attachments', '/t-new/revise', '/t-new/submit']),
    );
    const downloading = page.waitForEvent('download');
    await list.getByRole('button', { name: /下载/ }).click();
    expect((await downloading).suggestedFilename()).toBe('方案-v2.txt');
    await page.goto(`${api().url}/tickets/t-mine`);
    await page.setInputFiles('input[type=file]', {
      name: '清单.txt',
      mimeType: 'text/plain',
      buffer: Buffer.from('清单'),
    });
    await page.click('.attachments [aria-label^="去掉"]');
    await page.waitForSelector('.attachments', { state: 'detached' });
    expect(complaints()).toEqual([]);
  });
}
