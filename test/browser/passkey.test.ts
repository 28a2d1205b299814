import type { Browser, CDPSession, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openWindow, photograph, startBrowser } from '../support/browser.ts';
import { evidence } from '../support/evidence.ts';
import { PASSWORD, startInstallation, type TestInstallation } from '../support/installation.ts';

let site: TestInstallation;
let browser: Browser;

beforeAll(async () => {
  [site, browser] = await Promise.all([startInstallation(), startBrowser()]);
});
afterAll(async () => {
  await browser.close();
  await site.stop();
});

/** Chromium's own authenticator, without a finger to put on it. */
class VirtualAuthenticator {
  readonly #session: CDPSession;
  readonly #id: string;

  private constructor(session: CDPSession, id: string) {
    this.#session = session;
    this.#id = id;
  }

  static async on(page: Page): Promise<VirtualAuthenticator> {
    const session = await page.context().newCDPSession(page);
    await session.send('WebAuthn.enable');
    const { authenticatorId } = await session.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    });
    return new VirtualAuthenticator(session, authenticatorId);
  }

  /** Whether it recognises who is there from now on. */
  async recognises(isUserVerified: boolean): Promise<void> {
    await this.#session.send('WebAuthn.setUserVerified', { authenticatorId: this.#id, isUserVerified });
  }
}

async function fillSignIn(page: Page): Promise<void> {
  await page.getByLabel('账号名').fill('head');
  await page.getByLabel('密码').fill(PASSWORD);
}

test('head registers a passkey, signs in with it and approves with it (R15)', async () => {
  const { id } = await site.submittedTicket();
  // Passkeys want a name, and this machine's own is one.
  const page = await openWindow(browser, site.running.web.replace('//127.0.0.1:', '//localhost:'));
  const authenticator = await VirtualAuthenticator.on(page);
  await page.goto('/');
  await fillSignIn(page);
  await page.getByLabel('验证器上的 6 位动态口令').fill(site.code('head'));
  await page.getByRole('navigation').first().waitFor();

  await page.goto('/keys');
  const passkeys = page.getByRole('region', { name: '通行密钥' });
  await passkeys.getByText('还没有登记通行密钥').waitFor();
  await passkeys.getByLabel('名称').fill('中心办公电脑');
  await passkeys.getByRole('button', { name: '登记通行密钥' }).click();
  const adding = page.getByRole('dialog');
  await adding.waitFor();
  expect(await adding.getByRole('button', { name: '用通行密钥' }).count()).toBe(0);
  await adding.getByLabel('验证器上的 6 位动态口令').fill(site.code('head'));
  await passkeys.getByRole('listitem').getByText('中心办公电脑').waitFor();
  await photograph(page, 'passkey-1-registered');

  await page.request.post('/api/v1/logout', { headers: { origin: new URL(page.url()).origin } });
  await page.goto('/sign-in');
  await fillSignIn(page);
  await authenticator.recognises(false);
  await page.getByRole('button', { name: '用通行密钥' }).click();
  await page.getByText('没有得到通行密钥的确认').waitFor();
  await photograph(page, 'passkey-2-not-recognised');
  await authenticator.recognises(true);
  await page.getByRole('button', { name: '用通行密钥' }).click();
  await page.getByRole('navigation').first().waitFor();

  await page.goto(`/tickets/${id}`);
  await page.getByRole('button', { name: '批准', exact: true }).click();
  const sheet = page.getByRole('dialog');
  await sheet.getByRole('button', { name: '用通行密钥' }).waitFor();
  await photograph(page, 'passkey-3-approve');
  await sheet.getByRole('button', { name: '用通行密钥' }).click();
  // Those words may stand in what is asked for, too: the log says when it is done.
  await expect.poll(async () => (await evidence(site)).map(({ type }) => type)).toContain('ticket.approved');
  await sheet.waitFor({ state: 'detached' });

  const events = await evidence(site);
  const passkey = events.flatMap((event) => (event.type === 'passkey.added' ? [event.details.passkey] : []))[0];
  const factors = events.flatMap((event) => (event.type === 'login.succeeded' ? [event.details.factors] : []));
  expect(factors).toContainEqual(['password', `passkey:${passkey}`]);
  expect(events).toContainEqual(
    expect.objectContaining({
      type: 'passkey.used',
      details: expect.objectContaining({ passkey, act: 'ticket.approve' }),
    }),
  );

  await page.goto('/keys');
  await passkeys.getByText('最后使用').waitFor();
  await passkeys.getByRole('button', { name: '移除' }).click();
  await page.getByRole('dialog').getByRole('button', { name: '用通行密钥' }).click();
  await passkeys.getByText('还没有登记通行密钥').waitFor();
}, 120_000);

test('at an address there are no passkeys, and the page says what to do (R43)', async () => {
  const page = await openWindow(browser, site.running.web);
  await page.goto('/');
  await fillSignIn(page);
  expect(await page.getByRole('button', { name: '用通行密钥' }).count()).toBe(0);
  await page.getByLabel('验证器上的 6 位动态口令').fill(site.code('head'));
  await page.getByRole('navigation').first().waitFor();
  await page.goto('/keys');
  await page.getByText('须以域名和 HTTPS 访问').waitFor();
});
