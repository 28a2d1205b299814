// Watching live sessions, in the browser that the tests of the page share.

import { expect, test } from 'vitest';
import { photograph } from '../../support/browser.ts';
import type { PageTests } from './page-tests.ts';

export function supervisionTests({ open, api, complaints }: PageTests): void {
  test('a head is led to the session that waits, watches it, speaks, freezes, lets go on and cuts it (R6)', async () => {
    const page = await open('/tickets', 'head');
    await page.waitForSelector('.watch-bar');
    await page.goto(`${api().url}/`);
    await page.click('[data-testid=waiting-for-supervisor] .btn.primary');
    const screen = page.locator('[data-testid=watch] .xterm-rows');
    await screen.filter({ hasText: '连接池.yml' }).waitFor();
    expect(await page.textContent('.watch-line')).toContain('离开本页，会话就自动冻结');
    // Whatever is typed at the screen goes nowhere: a socket that hears anything after the token closes the view.
    await page.click('[data-testid=watch] .xterm-screen');
    await page.keyboard.type('rm -rf /\r');
    await page.fill('.watch-foot input', '请先备份');
    await page.click('.watch-foot form button');
    await page.locator('.watch-line.told', { hasText: '演示·陈主任：请先备份' }).waitFor();
    await page.click('.watch-freeze');
    await page.click('dialog .usual >> nth=1');
    await page.locator('.watch-banner.frozen', { hasText: '这一步不在工单范围内' }).waitFor();
    await photograph(page, 'watch-frozen-phone');
    await page.click('.watch-banner .btn');
    await page.waitForSelector('.watch-freeze');
    await page.fill('.watch-foot input', 'lose');
    await page.click('.watch-foot form button');
    await page.locator('.watch-banner.lost', { hasText: '您已不算在监督' }).waitFor();
    await page.click('.watch-banner .btn');
    await page.waitForSelector('.watch-freeze');
    await page.click('.watch-hands .danger-quiet');
    await page.fill('dialog textarea', '时间已到');
    await page.click('dialog [type=submit]');
    await page.locator('.term-card', { hasText: '被中心切断' }).waitFor();
    expect(api().posts.map(({ url }) => url.replace('/api/v1/sessions/s-wait/', ''))).toEqual(
      expect.arrayContaining(['watch', 'say', 'freeze', 'resume', 'end']),
    );
    expect(complaints()).toEqual([]);
  });

  test('an auditor sees who watches and has no hand in it; an engineer sees what they wait for (R6)', async () => {
    const auditor = await open('/supervision', 'auditor');
    await auditor.waitForSelector('.watch-card');
    expect(await auditor.locator('.watch-card').allInnerTexts()).toEqual([
      expect.stringMatching(/等监督人[\s\S]*现在没有人在看/),
      expect.stringMatching(/已冻结[\s\S]*由演示·周样冻结：请先核对备份/),
      expect.stringMatching(/进行中[\s\S]*演示·周样正在观看/),
    ]);
    expect(await auditor.locator('.watch-card .btn').count()).toBe(0);
    const engineer = await open('/tickets/t-watched/terminal/a1', 'operator');
    await engineer.fill('[autocomplete=one-time-code]', '123456');
    expect(await engineer.textContent('[data-testid=opening]')).toContain('监督人打开观看后会话自动开始');
    await photograph(engineer, 'terminal-waits-phone');
    await engineer.goto(`${api().url}/tickets/t-open/terminal/a1`);
    await engineer.fill('[autocomplete=one-time-code]', '123456');
    await engineer.waitForSelector('.watched-mark');
    const head = await open('/sessions/s-live/watch', 'head');
    await head.click('.watch-freeze');
    await head.click('dialog .usual >> nth=0');
    expect(await engineer.textContent('[data-testid=frozen]')).toMatch(/演示·陈主任：请先停一下.*您的输入会保留/);
  });
}
