// Commands to the gateway itself, with OpenSSH's client: what they print, how they end, and what never reaches a target.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { evidence } from '../support/evidence.ts';
import { type KeyLogin, startWithKey } from '../support/key-login.ts';
import { type SshRun, ssh } from '../support/openssh.ts';

let at: KeyLogin;

beforeAll(async () => {
  at = await startWithKey({ kinds: ['shell', 'exec'] });
});
afterAll(() => at.stop());

const run = (user: string, args: readonly string[], how: readonly string[] = [], lang = 'zh_CN.UTF-8'): SshRun =>
  ssh(
    [
      ...how,
      '-o',
      'BatchMode=yes',
      '-o',
      'SendEnv=LANG',
      '-i',
      at.keyFile,
      '-p',
      String(at.site.sshPort),
      `${user}@127.0.0.1`,
      ...args,
    ],
    {},
    lang === '' ? {} : { LANG: lang },
  );
const ended = async (...args: Parameters<typeof run>) => {
  const { code, stdout, stderr } = await run(...args).exit;
  return { code, stdout: stdout.toString(), stderr: stderr.toString() };
};
const sessions = async () => (await evidence(at.site)).filter(({ type }) => type === 'session.opened').length;

test('status says where the tickets stand, in the client’s language, and opens nothing (R6)', async () => {
  const before = await sessions();
  const zh = await ended('engineer', ['sluice', 'status']);
  expect(zh).toMatchObject({ code: 0, stderr: '' });
  expect(zh.stdout).toMatch(/^工单 BG-\d{8}-01（已批准）例行检查\n {2}窗口打开至 .+，还有 \d+ 分钟\n$/);
  const en = await ended('engineer', ['sluice', 'status'], [], 'en_US.UTF-8');
  expect(en.stdout).toMatch(/^ticket BG-\d{8}-01 \(approved\) 例行检查\n {2}open until .+, \d+ min left\n$/);
  const both = await ended('engineer', ['sluice', 'status'], [], '');
  expect(both.stdout).toContain('窗口打开至');
  expect(both.stdout).toContain('open until');
  const onTerminal = await ended('engineer', ['sluice status'], ['-tt']);
  expect(onTerminal.stdout).toMatch(/还有 \d+ 分钟\r\n$/);
  expect(await sessions()).toBe(before);
});

test('extend asks for more time; status then shows what waits, and what is open (R1)', async () => {
  const shell = run('engineer', [], ['-tt']);
  shell.child.stdin.write('echo live-$((1+1))\n');
  await shell.until((text) => text.includes('live-2'));
  const asked = await ended('engineer', ['sluice', 'extend', '30', '"升级还没有完成"']);
  expect(asked).toMatchObject({ code: 0, stderr: '' });
  expect(asked.stdout).toMatch(/^已申请将工单 BG-\d{8}-01 的窗口延长至 .+，等待中心负责人审批\n$/);
  const { stdout } = await ended('engineer', ['sluice', 'status']);
  expect(stdout).toMatch(/ {2}已打开 shell .+@app，始于/);
  expect(stdout).toMatch(/ {2}已申请延长至 .+，待审批/);
  const event = (await evidence(at.site)).find(({ type }) => type === 'extension.asked');
  expect(event).toMatchObject({ actor: { name: 'engineer' }, details: { reason: '升级还没有完成' } });
  expect(await ended('engineer', ['sluice', 'extend', '5', 'again'])).toMatchObject({
    code: 77,
    stdout: '',
    stderr: '闸口：已有一项延时申请等待审批\n',
  });
  shell.child.stdin.end('exit\n');
  await shell.exit;
  // The client is gone before the evidence says so.
  const begun = await sessions();
  await expect
    .poll(async () => (await evidence(at.site)).filter(({ type }) => type === 'session.ended').length)
    .toBe(begun);
});

test('what is written wrongly says how it is written, and asks for nothing', async () => {
  const before = (await evidence(at.site)).length;
  const wrong = await ended('engineer', ['sluice', 'extend', 'soon']);
  expect(wrong.code).toBe(64);
  expect(wrong.stdout).toContain('sluice extend [工单编号] 分钟数 原因');
  expect(wrong.stderr).toBe('闸口：闸口没有这条命令，或写法不对。\n');
  expect(await ended('engineer', ['sluice', 'help'])).toMatchObject({ code: 0, stderr: '' });
  const other = await ended('engineer', ['sluice', 'extend', 'BG-20200101-99', '5', 'x']);
  expect(other).toMatchObject({ code: 77, stderr: '闸口：维护窗口现在没有打开，不能延时\n' });
  const types = (await evidence(at.site)).slice(before).map(({ type }) => type);
  expect(types.filter((type) => /^(extension|session)\./.test(type))).toEqual([]);
});

test('with the whole name the word is the target’s, and runs there (R2)', async () => {
  const { login } = at.site.sshd;
  const there = async (command: string) => {
    // A code is asked for once for each user name.
    const args = ['-i', at.keyFile, '-p', String(at.site.sshPort), `engineer+${login}+app@127.0.0.1`, command];
    return ssh(args, { code: at.site.code('engineer') }).exit;
  };
  const run = await there('sluice() { echo on the target: $1; }; sluice status');
  expect([run.code, run.stdout.toString()]).toEqual([0, 'on the target: status\n']);
  expect((await there('sluice status')).code).toBe(127);
});

test('nothing of it reaches the target (R2)', async () => {
  const before = await sessions();
  for (const args of [['sluice'], ['sluice status'], ['sluice status; touch /tmp/x'], ['sluice', '`id`']]) {
    await ended('engineer', args);
  }
  expect(await sessions()).toBe(before);
});
