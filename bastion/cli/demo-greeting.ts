// What a newcomer reads when the demonstration is up: where to go, as whom, and what to try.

import { OPERATOR } from '../demo/cast.ts';
import type { DemoFile } from '../demo/demo-file.ts';

const WHAT: Readonly<Record<string, string>> = {
  admin: '系统管理员 · people and targets',
  operator: '运维工程师 · asks, opens, works',
  head: '中心负责人 · approves',
  section: '信息科   · follows',
  auditor: '系统审计员 · replays',
};

export function demoGreeting(demo: DemoFile, folder: string): string {
  const data = folder.endsWith('/demo-data') ? '' : ` --data ${folder}`;
  const rows = demo.accounts.map(({ name, role }) => `    ${name.padEnd(10)} ${WHAT[role] ?? role}`);
  const [account] = demo.accounts;
  return `
闸口 Sluice is up (demonstration, loopback only)

  ${demo.web}

  password   ${account?.password ?? ''}   (the same for all five)
  code       ./sluice totp --demo NAME${data}
${rows.join('\n')}

  Nothing is listening for SSH yet. To see it open and close:
    1  sign in as head and approve the waiting ticket     以 head 登录，批准等待中的工单
    2  ssh -p ${demo.ssh.port} ${OPERATOR.name}@${demo.ssh.host}     口令，然后动态口令
    3  sftp -P ${demo.ssh.port} ${OPERATOR.name}@${demo.ssh.host}    口令，然后动态口令
    4  sign in as auditor and replay the session          以 auditor 登录，回放刚才的会话

  Ctrl-C stops everything; the data stays in ${folder}
`;
}
