// Shutting out at once, in the browser that the tests of the page share.

import { expect, test } from 'vitest';
import { photograph } from '../../support/browser.ts';
import type { PageTests } from './page-tests.ts';

export function lockTests({ open, api, complaints }: PageTests): void {
  test('a head shuts a person out without a code, reads what was cut, and lifts it with one (R29)', async () => {
    const page = await open('/locks', 'head');
    await page.locator('h2', { hasText: '封锁来源：203.0.113.0/24' }).waitFor();
    await photograph(page, 'locks-phone');
    await page.click('.page-head .btn.danger');
    await page.click('dialog [type=submit]');
    expect(await page.locator('dialog .err, dialog [role=alert]').count()).toBeGreaterThan(0);
    await page.locator('dialog select option', { hasText: '演示·林' }).first().waitFor({ state: 'attached' });
    const option = await page.locator('dialog select option', { hasText: '演示·林' }).first().getAttribute('value');
    await page.selectOption('dialog select', option);
    await page.fill('dialog textarea', '账号疑似泄露');
    await photograph(page, 'lock-dialog-phone');
    await page.click('dialog [type=submit]');
    await page.locator('dialog', { hasText: '41 毫秒后切断' }).waitFor();
    await photograph(page, 'lock-receipt-phone');
    await page.click('dialog .btn.primary');
    await page.locator('h2', { hasText: '封锁人员：演示·林' }).waitFor();
    const sent = api().posts.find(({ url }) => url.endsWith('/locks'));
    expect(sent?.body).toMatchObject({ scope: 'person', subject: option, reason: '账号疑似泄露' });
    expect(complaints()).toEqual([]);
  });

  test('everything takes no subject; it is lifted by two, and the page says who asked (R29)', async () => {
    const page = await open('/locks', 'section', 'en');
    await page.click('.page-head .btn.danger');
    await page.click('dialog label:has-text("Everything")');
    expect(await page.locator('dialog select').count()).toBe(0);
    await page.fill('dialog textarea', 'ransomware');
    await page.click('dialog [type=submit]');
    await page.locator('dialog', { hasText: 'Full lockdown' }).waitFor();
    await page.click('dialog .btn.primary');
    await page.locator('section.card', { hasText: 'Full lockdown' }).locator('button').click();
    await page.fill('[autocomplete=one-time-code]', '123456');
    await page.locator('.s-closing', { hasText: 'somebody else has to agree' }).waitFor();
    await photograph(page, 'lockdown-asked-phone');
    expect(complaints()).toEqual([]);
  });
}
