// One fictitious recording, in pages.

import type { ReplayEvent, ReplayPage } from '../../../web/contract/sessions.ts';

const PAGE_SIZE = 40;

/** A short working session, in pages; `s-broken` says it is not intact, `s-crashed` where it broke off. */
export function recordingOf(id: string, from: number): ReplayPage {
  const events = id === 's-exec' ? execEvents() : shellEvents();
  const next = from + PAGE_SIZE < events.length ? from + PAGE_SIZE : null;
  return {
    columns: 80,
    rows: 24,
    durationMs: events.at(-1)?.at ?? 0,
    events: events.slice(from, from + PAGE_SIZE),
    next,
    live: false,
    start: null,
    integrity:
      id === 's-broken'
        ? { intact: false, problem: { zh: '第 17 帧与前一帧接不上。', en: 'Frame 17 does not follow frame 16.' } }
        : { intact: true, ...(id === 's-crashed' && { brokenOff: true }) },
    keys: 'unguarded',
  };
}

function shellEvents(): ReplayEvent[] {
  const events: ReplayEvent[] = [];
  let at = 0;
  const prompt = '\x1b[32mops@kaibiao-app-2\x1b[0m:\x1b[34m~\x1b[0m$ ';
  const out = (text: string) => events.push({ at, kind: 'output', data: base64(text) });
  const type = (line: string) => {
    for (const key of `${line}\r`) {
      at += 90;
      events.push({ at, kind: 'input', data: base64(key) });
      out(key === '\r' ? '\r\n' : key);
    }
  };
  out(prompt);
  for (const [line, answer] of [
    [
      'cd /opt/kaibiao && ls -l 配置',
      '总用量 12\r\n-rw-r----- 1 ops ops 2210 11月 22 09:10 连接池.yml\r\n-rw-r----- 1 ops ops  811 11月 20 17:02 日志.yml\r\n',
    ],
    [
      'systemctl status kaibiao',
      '\x1b[32m●\x1b[0m kaibiao.service - 开标应用\r\n   Active: \x1b[32mactive (running)\x1b[0m since 日 2026-11-22 08:00:12 CST\r\n\x1b[2147483647S',
    ],
    ['exit', '注销\r\n'],
  ] as const) {
    at += 9000;
    type(line);
    at += 300;
    out(answer);
    if (line !== 'exit') out(prompt);
  }
  events.push({
    at: at + 200,
    kind: 'notice',
    text: { zh: '维护窗口还有 15 分钟关闭。', en: 'The window closes in 15 minutes.' },
  });
  events.push({ at: at + 400, kind: 'end', reason: 'finished' });
  return events;
}

function execEvents(): ReplayEvent[] {
  return [
    {
      at: 200,
      kind: 'output',
      data: base64('文件系统        容量  已用  可用 已用% 挂载点\n/dev/vdb1       200G  151G   49G   76% /data\n'),
    },
    { at: 900, kind: 'error-output', data: base64('Unit kaibiao.service could not be found.\n') },
    { at: 1000, kind: 'end', reason: 'finished' },
  ];
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
