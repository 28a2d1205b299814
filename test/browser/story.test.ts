import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openWindow, photograph, startBrowser } from '../support/browser.ts';
import { PASSWORD, startInstallation, type TestInstallation } from '../support/installation.ts';
import { accepts } from '../support/sshd.ts';

let site: TestInstallation;
let browser: Browser;
let folder: string;
/** What the engineer says they will change on the target, which is this machine. */
let config: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-story-'));
  config = join(folder, 'cache.conf');
  await writeFile(config, 'size = 64M\n');
  [site, browser] = await Promise.all([startInstallation(), startBrowser()]);
});
afterAll(async () => {
  await browser.close();
  await site.stop();
  await rm(folder, { recursive: true, force: true });
});

async function signIn(name: string, look: Parameters<typeof openWindow>[2] = {}): Promise<Page> {
  const page = await openWindow(browser, site.running.web, look);
  await page.goto('/');
  await page.getByLabel('账号名').fill(name);
  await page.getByLabel('密码').fill(PASSWORD);
  if (name === 'engineer') await photograph(page, '01-sign-in');
  await page.getByLabel('验证器上的 6 位动态口令').fill(site.code(name));
  await page.getByRole('navigation').first().waitFor();
  return page;
}

const giveCode = (page: Page, name: string) =>
  page.getByRole('dialog').getByLabel('验证器上的 6 位动态口令').fill(site.code(name));

test('engineer asks, head approves, engineer works, auditor replays, administrator departs the engineer', async () => {
  const engineer = await signIn('engineer');
  await photograph(engineer, '02-engineer-home-empty');
  await engineer.getByRole('link', { name: '新建变更工单' }).first().click();
  await engineer.getByLabel('事由').fill('修复开标列表打开慢');
  await engineer.getByLabel('实施计划').fill('1. 查看日志\n2. 调整缓存\n回退：改回原值');
  await engineer.getByLabel(`app ${site.sshd.login} 命令行`).check();
  await engineer.getByRole('button', { name: '现在起 2 小时' }).click();
  await engineer.getByLabel('来源地址').fill('127.0.0.1');
  await engineer.getByLabel('修改').fill(config);
  await engineer.setInputFiles('input[type=file]', {
    name: '调整方案.txt',
    mimeType: 'text/plain',
    buffer: Buffer.from('缓存由 64M 改为 256M\n'),
  });
  await photograph(engineer, '03-new-ticket');
  await engineer.getByRole('button', { name: '报送' }).click();
  await engineer.getByText('已报送，等中心负责人批准').first().waitFor();
  await photograph(engineer, '04-engineer-waiting');
  expect(await accepts(site.sshPort)).toBe(false);

  const head = await signIn('head', { width: 390, height: 844 });
  await photograph(head, '05-head-home-phone');
  await head
    .getByRole('link', { name: /修复开标列表打开慢/ })
    .first()
    .click();
  await head.getByRole('button', { name: '批准', exact: true }).waitFor();
  await head.locator('.attachments').getByText('调整方案.txt').waitFor();
  await photograph(head, '06-head-approve-phone');
  await head.getByRole('button', { name: '批准', exact: true }).click();
  await head.getByRole('dialog').waitFor();
  await photograph(head, '07-head-approve-sheet');
  await giveCode(head, 'head');
  await head.getByText('可以打开').first().waitFor();
  await photograph(head, '08-head-approved');
  await expect.poll(() => accepts(site.sshPort)).toBe(true);

  await engineer
    .getByRole('button', { name: '打开终端' })
    .or(engineer.getByRole('link', { name: '打开终端' }))
    .first()
    .waitFor();
  await photograph(engineer, '09-engineer-open');
  await engineer
    .getByRole('button', { name: '打开终端' })
    .or(engineer.getByRole('link', { name: '打开终端' }))
    .first()
    .click();
  await engineer.getByLabel('验证器上的 6 位动态口令').fill(site.code('engineer'));
  const screen = engineer.getByTestId('terminal');
  await screen.locator('.xterm-rows').waitFor();
  await engineer.getByRole('button', { name: '结束会话' }).waitFor();
  await screen.click();
  await engineer.keyboard.type('echo $((20+3)) 闸口可用\n');
  await screen.getByText('23 闸口可用').first().waitFor();
  await photograph(engineer, '10-web-terminal');

  await head.reload();
  await head.getByRole('button', { name: '查看清单' }).click();
  await head.locator('.original-items').getByText(config).waitFor();
  await photograph(head, '10c-originals-phone');
  await head.goto('/supervision');
  await head.getByRole('link', { name: '观看' }).click();
  await head.getByTestId('watch').getByText('23 闸口可用').first().waitFor();
  await engineer.getByText('正在观看').or(engineer.locator('.watched-mark')).first().waitFor();
  await head.getByRole('button', { name: '冻结' }).click();
  await head.getByRole('button', { name: '请先核对，再继续' }).click();
  await engineer.getByTestId('frozen').getByText('请先核对，再继续').waitFor();
  await photograph(engineer, '10a-web-terminal-frozen');
  await photograph(head, '10b-watch-frozen-phone');
  await head.getByRole('button', { name: '恢复' }).click();
  await engineer.getByTestId('frozen').waitFor({ state: 'detached' });
  await screen.click();
  await engineer.keyboard.type('echo $((40+2)) 继续\n');
  await head.getByTestId('watch').getByText('42 继续').first().waitFor();

  const admin = await signIn('admin');
  await photograph(admin, '11-admin-home');
  await admin.getByRole('link', { name: '人员' }).first().click();
  await admin.getByText('林例').first().waitFor();
  await photograph(admin, '12-people');
  await admin.getByRole('row', { name: /林例/ }).getByRole('button', { name: '立即离岗' }).click();
  const dialog = admin.getByRole('dialog');
  await dialog.getByLabel('原因').fill('合同终止');
  await photograph(admin, '13-depart');
  await dialog.getByLabel('验证器上的 6 位动态口令').fill(site.code('admin'));
  await dialog.getByRole('button', { name: '立即离岗' }).click();
  await admin.getByText('离岗回执').first().waitFor();
  await photograph(admin, '14-receipt');
  await engineer.getByText('账号已离岗').first().waitFor();
  await photograph(engineer, '15-terminal-cut');
  await site.running.supervisor.look();
  expect(await accepts(site.sshPort)).toBe(false);

  const auditor = await signIn('auditor');
  await photograph(auditor, '16-auditor-home');
  await auditor.getByRole('link', { name: '会话' }).first().click();
  await auditor.getByText('林例').first().waitFor();
  await photograph(auditor, '17-sessions');
  await auditor.getByRole('row', { name: /林例/ }).getByRole('link').first().click();
  await auditor.getByText('录像完整').first().waitFor();
  await auditor.getByRole('slider').first().focus();
  await auditor.keyboard.press('End');
  await auditor.locator('.xterm-rows').getByText('23 闸口可用').first().waitFor();
  await photograph(auditor, '18-replay');
}, 180_000);
