// Attachments, originals and the difference report, in the browser that the tests of the page share.

import { expect, test } from 'vitest';
import { photograph } from '../../support/browser.ts';
import { KEPT_HASH } from './fake-originals.ts';
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

  test('the centre reads what was changed, undeclared first, and nothing of a target is obeyed (R3, B9)', async () => {
    const page = await open('/tickets/t-closed', 'section');
    const box = page.locator('[data-testid=originals]');
    await box.getByRole('button', { name: '查看对比报告' }).click();
    const rows = box.locator('.changes > li');
    await rows.first().waitFor();
    expect(await rows.allInnerTexts()).toEqual([
      expect.stringMatching(/修改\s+未申报[\s\S]*请比较 SHA-256/),
      expect.stringMatching(/修改[\s\S]*权限 0640 → 0644/),
      expect.stringMatching(/新增[\s\S]*新封面/),
      expect.stringMatching(/删除[\s\S]*封面/),
      expect.stringMatching(/读不出[\s\S]*该资产账号无权读取/),
    ]);
    expect(await box.innerText()).toContain('有 1 处改动没有在工单里申报');
    expect(await box.innerText()).toContain('不等于没有改动');
    await box.locator('.diff-box summary').click();
    expect(await box.locator('.text-diff .odd').allTextContents()).toEqual(['U+202E', 'U+001B']);
    expect(await box.locator('.text-diff img').count()).toBe(0);
    expect(await box.locator('.text-diff .added').count()).toBe(3);
    await box.getByRole('button', { name: '查看清单' }).first().click();
    await box.getByRole('button', { name: '交还原件' }).first().click();
    const link = (await page.textContent('dialog code')) ?? '';
    await photograph(page, 'originals-phone');
    const engineer = await open(new URL(link).pathname + new URL(link).search, 'operator');
    expect(await engineer.inputValue('input[maxlength="200"]')).toContain('恢复 连接池.yml');
    expect(await engineer.getByLabel('要上传的工具').inputValue()).toBe(`连接池.yml ${KEPT_HASH}`);
    await photograph(engineer, 'restore-ticket-phone');
    expect(complaints()).toEqual([]);
  });

  test('a copy goes to the requester whose ticket names it, and a refusal is a sentence (R3)', async () => {
    const page = await open('/tickets/t-open', 'operator');
    const take = page.locator('[data-testid=take] .btn');
    const downloading = page.waitForEvent('download');
    await take.nth(0).click();
    expect((await downloading).suggestedFilename()).toBe('连接池.yml');
    await take.nth(1).click();
    expect(await page.textContent('[data-testid=take] [role=alert]')).toContain('列为所带工具时，才能取得副本');
    expect(await page.locator('[data-testid=originals]').count()).toBe(0);
  });
}
