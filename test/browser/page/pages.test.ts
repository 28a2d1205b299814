// The built page in a real browser, against the fake API under the real content security policy.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openWindow, photograph, startBrowser } from '../../support/browser.ts';
import { type FakeApi, fakeApi } from './fake-api.ts';
import { demoData, trustedKey } from './fake-data.ts';
import { lockTests } from './lock-tests.ts';
import { papersTests } from './papers-tests.ts';
import { PHONE_PAGES } from './phone-pages.ts';
import { supervisionTests } from './supervision-tests.ts';

let browser: Browser;
let api: FakeApi;
let dist: string;
let complaints: string[];

// A folder of its own: other tests serve web/dist at the same time.
beforeAll(async () => {
  dist = await mkdtemp(join(tmpdir(), 'sluice-page-'));
  const configFile = join(import.meta.dirname, '../../../web/app/vite.config.ts');
  await build({ configFile, logLevel: 'error', build: { outDir: dist, emptyOutDir: true } });
  browser = await startBrowser();
});
afterAll(async () => {
  await browser?.close();
  await api?.close();
  await rm(dist, { recursive: true, force: true });
});
beforeEach(async () => {
  await api?.close();
  api = await fakeApi(0, demoData(), dist);
  complaints = [];
});

async function open(path: string, role?: string, language = 'zh-CN'): Promise<Page> {
  const page = await openWindow(browser, api.url, { width: 390, height: 844 });
  if (role !== undefined) await page.context().addCookies([{ name: 'role', value: role, url: api.url }]);
  if (language === 'en') await page.addInitScript(`localStorage.setItem('sluice.language', 'en')`);
  page.on('console', (message) => {
    if (message.text().includes('Content Security Policy')) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.goto(api.url + path);
  return page;
}

async function signIn(page: Page, name: string): Promise<void> {
  await page.fill('[autocomplete=username]', name);
  await page.fill('[autocomplete=current-password]', 'a password of the demonstration');
  await page.fill('[autocomplete=one-time-code]', '123456');
}

test('signing in leads back to where one was going', async () => {
  const page = await open('/tickets?state=submitted');
  await page.waitForURL(/sign-in\?next=/);
  await signIn(page, 'head');
  await page.waitForURL(`${api.url}/tickets?state=submitted`);
  expect(await page.textContent('h1')).toBe('变更工单');
});

test('next=//evil leads home', async () => {
  const page = await open('/sign-in?next=//evil.example/');
  await signIn(page, 'head');
  await page.waitForURL(`${api.url}/`);
});

test('a refused sign-in says so and keeps the name', async () => {
  const page = await open('/sign-in');
  await signIn(page, 'nobody');
  expect(await page.textContent('[role=alert]')).toContain('账号名、密码或动态口令不对');
  expect(await page.inputValue('[autocomplete=username]')).toBe('nobody');
});

test('the token of an invitation leaves the address bar', async () => {
  const page = await open('/join#demo');
  await page.waitForSelector('svg.qr path');
  expect(page.url()).toBe(`${api.url}/join`);
  expect(complaints).toEqual([]);
});

test('a draft survives a reload', async () => {
  const page = await open('/tickets/new', 'operator');
  await page.fill('input[maxlength="200"]', '更换证书');
  await page.check('[aria-label="演示·开标应用 2 号 ops 命令行"]');
  await page.reload();
  expect(await page.inputValue('input[maxlength="200"]')).toBe('更换证书');
  expect(await page.isChecked('[aria-label="演示·开标应用 2 号 ops 命令行"]')).toBe(true);
});

test('an incomplete ticket is not sent, and every field says what is missing', async () => {
  const page = await open('/tickets/new', 'operator');
  await page.click('button[type=submit]');
  expect(await page.locator('.err').count()).toBe(6);
  expect(api.posts).toEqual([]);
});

test('files and forwarding are asked for on terms, which are checked where they are typed (R2, R27)', async () => {
  const page = await open('/tickets/new', 'operator');
  const place = '演示·开标应用 2 号 ops';
  await page.fill('input[maxlength="200"]', '更换证书');
  await page.getByLabel('实施计划').fill('备份，更换，核对');
  await page.click('text=明天 9:00–11:00');
  await page.check(`[aria-label="${place} 文件"]`);
  await page.check(`[aria-label="${place} 端口转发"]`);
  await page.uncheck(`[aria-label="${place} 查看目录"]`);
  await page.getByLabel('只在这些目录之内').fill('srv/app\n/etc/nginx');
  await page.getByLabel('转发到哪里').fill('127.0.0.1');
  await page.getByLabel('来源地址').fill('203.0.113.7\uff0c203.0.113.8');
  await page.click('button[type=submit]');
  expect(await page.locator('.err').allInnerTexts()).toEqual([
    expect.stringContaining('请至少选一项文件权限'),
    expect.stringContaining('“srv/app”不行'),
    expect.stringContaining('“127.0.0.1”不是主机名或地址加端口'),
  ]);
  await photograph(page, 'new-ticket-terms-wrong');
  await page.check(`[aria-label="${place} 上传"]`);
  await page.check(`[aria-label="${place} 查看目录"]`);
  await page.getByLabel('只在这些目录之内').fill('/srv/app\n\n /etc/nginx ');
  await page.getByLabel('转发到哪里').fill('127.0.0.1:5432\n[::1]:8443');
  await photograph(page, 'new-ticket-terms');
  await page.click('button[type=submit]');
  await page.waitForURL(/\/tickets\/t/);
  const sent = api.posts.find((post) => post.url === '/api/v1/tickets');
  expect(sent?.body).toMatchObject({
    sources: ['203.0.113.7', '203.0.113.8'],
    channels: [
      {
        targetAccountId: 'a1',
        kinds: ['sftp', 'forward'],
        files: { rights: ['list', 'upload'], paths: ['/srv/app', '/etc/nginx'] },
        destinations: [
          { host: '127.0.0.1', port: 5432 },
          { host: '::1', port: 8443 },
        ],
      },
    ],
  });
});

test.each([
  ['zh-CN', '查看目录、上传文件，只在 /srv/app、/etc/nginx/conf.d 之内', '用文件通道下载、删除文件', '127.0.0.1:5432'],
  [
    'en',
    'list, upload files, only below /srv/app, /etc/nginx/conf.d',
    'download, delete files by a file channel',
    '[::1]:8443',
  ],
])('a head reads what files and forwarding make possible, and what not (%s)', async (language, ...words) => {
  const page = await open('/tickets/t-wait', 'head', language);
  await page.waitForSelector('.can');
  const said = await page.locator('.can').allInnerTexts();
  for (const word of words) expect(said.join('\n')).toContain(word);
  expect(said[0]).toContain('[::1]:8443');
  expect(said[1]).toContain(words[1]);
  await photograph(page, `head-ticket-phone-${language}`);
  await page.setViewportSize({ width: 1280, height: 860 });
  await photograph(page, `head-ticket-${language}`);
});

test('the sixth digit approves what was on the screen; a wrong code keeps the sheet open', async () => {
  const page = await open('/tickets/t-wait', 'head');
  await page.click('.foot-bar .primary');
  await page.keyboard.type('000000');
  await page.waitForSelector('dialog [role=alert]');
  await page.keyboard.type('123456');
  await page.waitForSelector('dialog', { state: 'detached' });
  const sent = api.posts.filter((post) => post.url.endsWith('/approve'));
  expect(sent.at(-1)?.body).toEqual({ shownHash: api.data.draft.shown?.hash, code: '123456' });
  expect(await page.textContent('.foot-bar')).toContain('撤销批准');
});

test('a dialog closes on Esc and gives the focus back', async () => {
  const page = await open('/tickets/t-wait', 'head');
  await page.click('.foot-bar .primary');
  await page.keyboard.press('Escape');
  await page.waitForSelector('dialog', { state: 'detached' });
  expect(await page.evaluate('document.activeElement.textContent')).toBe('批准');
});

test('the web terminal shows what the target says, outside of it the notices, and at last the reason', async () => {
  const page = await open('/tickets/t-open/terminal/a1', 'operator');
  await page.fill('[autocomplete=one-time-code]', '123456');
  await page.waitForSelector('.term-notice');
  await page.keyboard.type('echo 1');
  await page.locator('[data-testid=terminal] .xterm-rows', { hasText: 'echo' }).waitFor();
  await page.keyboard.press('Control+d');
  expect(await page.textContent('.term-card')).toContain('目标上的程序正常结束');
  expect(complaints).toEqual([]);
});

test('an auditor sees what was done to files, and a hostile name does nothing (B9)', async () => {
  const page = await open('/sessions/s-sftp', 'auditor');
  const rows = page.locator('.files tbody tr');
  await rows.first().waitFor();
  expect(await rows.count()).toBe(10);
  expect(await page.locator('.files .odd').allTextContents()).toEqual(['U+202E', 'U+001B', 'U+000A']);
  expect(await page.locator('.files img').count()).toBe(0);
  expect(await rows.nth(4).textContent()).toContain('已拒绝');
  expect(await rows.nth(2).textContent()).toMatch(/[0-9a-f]{64}/);
  expect(complaints).toEqual([]);
});

test('replay seeks forth and back to the same screen', async () => {
  const page = await open('/sessions/s-done', 'auditor');
  const screen = page.locator('[data-testid=replay] .xterm-rows');
  const shows = (text: string) => screen.filter({ hasText: text }).waitFor();
  const seek = (at: number) => page.fill('.scrub input', String(at));
  await page.waitForSelector('.scrub input');
  await seek(15_000);
  await shows('连接池.yml');
  const before = await screen.innerText();
  await seek(33_500);
  await shows('注销');
  await seek(15_000);
  await screen.filter({ hasNotText: '注销' }).filter({ hasText: '连接池.yml' }).waitFor();
  expect(await screen.innerText()).toBe(before);
  expect(api.posts).toEqual([]);
});

test('the commands of a session are listed when asked for, and lead to their moments (R23, B9)', async () => {
  const page = await open('/sessions/s-done', 'auditor');
  await page.click('text=列出命令');
  const rows = page.locator('[data-testid=commands] button');
  await rows.first().waitFor();
  const texts = await rows.allInnerTexts();
  expect(texts).toHaveLength(3);
  expect(texts[1]).toContain('9 个键');
  expect(texts[2]).toContain('存疑');
  expect(texts.join('')).not.toContain('\u202e');
  await rows.nth(2).click();
  expect(await page.inputValue('.scrub input')).toBe('5200');
});

test('a forwarded connection shows who, where to and how much, and no screen (R17)', async () => {
  const page = await open('/sessions/s-forward', 'auditor');
  const shown = await page.locator('[data-testid=transferred]').innerText();
  expect(shown).toContain('[2001:db8::1]:5432');
  expect(shown).toMatch(/发出\s+[1-9]\d* B/);
  expect(shown).toMatch(/收到\s+[1-9][\d.]* (B|KiB)/);
  expect(await page.locator('[data-testid=replay]').count()).toBe(0);
  await photograph(page, 'forward-session');
});

test('a recording that is not intact says so', async () => {
  const page = await open('/sessions/s-broken', 'auditor');
  expect(await page.textContent('.integrity')).toContain('第 17 帧');
});

test('a recording that a crash broke off says what may be missing (R18)', async () => {
  const page = await open('/sessions/s-crashed', 'auditor');
  expect(await page.textContent('.integrity')).toContain('最后一秒可能没有录到');
  await photograph(page, 'broken-off-recording');
});

test('the language is remembered, and written on the page', async () => {
  const page = await open('/', 'operator');
  await page.click('.phone-bar button[lang=en]');
  await page.waitForSelector('html[lang=en]');
  await page.reload();
  await page.waitForSelector('html[lang=en] h1');
  expect(await page.textContent('.nav')).toContain('Change tickets');
});

test('the auditor finds what was printed and is led to its moment (R23)', async () => {
  const page = await open('/search', 'auditor');
  await page.fill('main input', '密码');
  await page.click('main button[type=submit]');
  await page.waitForURL(/q=/);
  expect(await page.textContent('.find mark')).toBe('密码');
  // What a target printed is shown, never obeyed.
  expect(await page.textContent('.find pre')).toContain('U+202E');
  expect(await page.locator('.find img').count()).toBe(0);
  expect(await page.textContent('.find >> nth=1')).toContain('命令');
  await page.click('.find');
  await page.waitForURL(/sessions\/s-done\?at=3000/);
  expect(await page.inputValue('[data-testid=replay] >> xpath=../.. >> input[type=range]')).toBe('3000');
});

test('a question nothing answers says what to do next', async () => {
  const page = await open('/search?q=没有', 'auditor');
  await page.waitForSelector('.empty');
  expect(await page.textContent('.empty')).toContain('换一个词');
});

test('the head approves an export with a code, the auditor downloads it (R22)', async () => {
  const head = await open('/', 'head');
  await head.click('a[href^="/requests?"]');
  await head.click('article .btn.primary');
  await head.fill('[autocomplete=one-time-code]', '123456');
  await head.waitForSelector('article .btn.primary', { state: 'detached' });
  const auditor = await open('/requests', 'auditor');
  const downloading = auditor.waitForEvent('download');
  await auditor.click('article .btn.primary');
  expect((await downloading).suggestedFilename()).toBe('s-done.cast');
});

test('the auditor asks for an export from the page of a session (R22)', async () => {
  const page = await open('/sessions/s-done', 'auditor');
  await page.click('.page-head button.btn');
  await page.selectOption('dialog select >> nth=1', 'gb18030');
  await page.fill('dialog textarea', '移交监管部门');
  await page.click('dialog button[type=submit]');
  await page.waitForSelector('dialog', { state: 'detached' });
  await page.goto(`${api.url}/requests`);
  await page.waitForSelector('article');
  expect(await page.textContent('main')).toContain('GB18030');
});

test('the head appoints a custodian, and a custodian reads what to run on their own machine (R22)', async () => {
  const head = await open('/custody', 'head');
  await head.waitForSelector('.note.s-warning');
  await head.click('section .btn:not(.ghost)');
  await head.fill('dialog input.mono', `age1${'p'.repeat(58)}`);
  await head.fill('[autocomplete=one-time-code]', '123456');
  await head.waitForSelector('.note.s-warning', { state: 'detached' });
  expect(api.posts.at(-1)).toMatchObject({ url: '/api/v1/custodians', body: { recipient: `age1${'p'.repeat(58)}` } });
  await photograph(head, 'custody-head');
  const section = await open('/custody', 'section');
  await section.waitForSelector('article code');
  expect(await section.textContent('article code')).toContain('./sluice unseal --server');
  expect(await section.textContent('article code')).toContain('uns-wait');
  await photograph(section, 'custody-section');
});

test('an account opens with certificates unless another kind is chosen, and the page says what to paste (R9)', async () => {
  const page = await open('/targets', 'admin');
  await page.click('button:has-text("添加账号")');
  const dialog = page.locator('dialog');
  expect(await dialog.locator('label:has(input:checked)').textContent()).toBe('证书（推荐）');
  await dialog.locator('code').nth(1).waitFor();
  expect(await dialog.locator('code').allTextContents()).toEqual([
    'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKx7pVn2 sluice-user-ca-2026-11-22',
    'TrustedUserCAKeys /etc/ssh/sluice-user-ca.pub',
  ]);
  expect(await dialog.locator('button[aria-label^="复制"]').count()).toBe(2);
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
  await photograph(page, 'certificate-account');
  await dialog.locator('input[type=text], input:not([type])').first().fill('deploy');
  const [request] = await Promise.all([
    page.waitForRequest((sent) => sent.method() === 'POST' && sent.url().endsWith('/accounts')),
    dialog.locator('button[type=submit]').click(),
  ]);
  expect(request.postDataJSON()).toEqual({ login: 'deploy', credentialKind: 'certificate' });
  await dialog.waitFor({ state: 'detached' });
});

test('another kind of account asks for its secret, and sends nothing without it', async () => {
  const page = await open('/targets', 'admin', 'en');
  await page.click('button:has-text("Add account")');
  const dialog = page.locator('dialog');
  await dialog.locator('label:has-text("password")').click();
  expect(await dialog.locator('code').count()).toBe(0);
  await dialog.locator('input:not([type=radio])').first().fill('deploy');
  await dialog.locator('button[type=submit]').click();
  expect(await dialog.locator('[role=alert], .error, .err').count()).toBeGreaterThan(0);
});

test('while the key that signs is replaced, every line is shown (R14)', async () => {
  await api.close();
  const trustedKeys = [trustedKey('signing', 'AAAAone'), trustedKey('prepared', 'AAAAtwo')];
  api = await fakeApi(0, { ...demoData(), trustedKeys }, dist);
  const page = await open('/targets', 'admin', 'en');
  await page.click('button:has-text("Add account")');
  await page.locator('dialog code').nth(2).waitFor();
  expect(await page.textContent('dialog')).toContain('Put these 2 lines into /etc/ssh/sluice-user-ca.pub');
});

test('the auditor sees how many keys were hidden, and asks for them (R42)', async () => {
  const page = await open('/sessions/s-done', 'auditor');
  await page.waitForSelector('.lane li');
  await page.click('.lane .btn.ghost');
  await page.fill('dialog textarea', '核对一次误操作');
  await page.fill('[autocomplete=one-time-code]', '123456');
  await page.click('dialog button[type=submit]');
  await page.waitForSelector('dialog', { state: 'detached' });
  expect(api.posts.at(-1)?.url).toBe('/api/v1/sessions/s-done/unsealings');
});

// One window for each role, and each page once for both languages: what is measured is how wide it is.
test.each(Object.entries(PHONE_PAGES))(
  'no page of %s is wider than the phone, in either language',
  async (role, paths) => {
    const page = await open('/', role);
    const measure = async (path: string) =>
      expect([
        path,
        await page.evaluate('[document.documentElement.lang, document.documentElement.scrollWidth]'),
      ]).toEqual([path, [expect.anything(), 390]]);
    for (const path of paths) {
      await page.goto(api.url + path);
      await page.waitForSelector(path.endsWith('/watch') ? '.watch-foot' : 'h1');
      await measure(path);
      const other = page.locator('.phone-bar .prefs button[lang]');
      if (!(await other.isVisible())) continue;
      const language = await other.getAttribute('lang');
      await other.click();
      await page.waitForSelector(`html[lang="${language}"]`);
      await measure(path);
    }
  },
);

const shared = { open, api: () => api, complaints: () => complaints };
supervisionTests(shared);
lockTests(shared);
papersTests(shared);
