// Originals and a difference report that says everything one can say, with names and lines that would like to do harm.

import type { FastifyInstance } from 'fastify';
import type { ChangeReport, OriginalItem, OriginalManifest } from '../../../web/contract/originals.ts';

type State = NonNullable<ChangeReport['places'][number]['changes'][number]['before']>;

const hash = (word: string) => word.repeat(8).slice(0, 64);
export const KEPT_HASH = hash('9f86d081');
const CONF = '/opt/kaibiao/配置/连接池.yml';
const DIFF = [
  '@@ -3,6 +3,6 @@',
  ' pool:',
  '   name: 开标',
  '-  max: 50',
  '+  max: 120',
  '+\tnote: \u202e<img src=x onerror=alert(1)>\u001b[2J',
  ' timeout: 30s',
  '@@ -40,1 +41,1 @@',
  '-# 结束',
  '+# 结束。',
  '\\ No newline at end of file',
  '',
].join('\n');

const utf8 = (text: string) => ({ text, encoding: 'utf-8' as const });
const file = (size: number, sha256: string, mode = 0o640): State => ({
  type: 'file',
  mode,
  size,
  modified: 1_763_770_000,
  sha256,
  link: null,
});
const NOTHING: State = { type: 'absent', mode: null, size: null, modified: null, sha256: null, link: null };

interface Uses {
  readonly now: number;
  readonly refuse: (status: number, code: string, zh: string, en: string) => Error;
}

export function originalRoutes(api: FastifyInstance, { now, refuse }: Uses): void {
  const manifest = (id: string, change: Partial<OriginalManifest>): OriginalManifest => ({
    id,
    purpose: 'opening',
    session: 's-done',
    target: '演示·开标应用 2 号',
    login: 'ops',
    declared: [CONF, '/opt/kaibiao/模板'],
    at: now - 3_600_000,
    complete: true,
    why: null,
    sha256: hash('60303ae2'),
    ...change,
  });
  const manifests = [
    manifest('m-open', {}),
    manifest('m-part', {
      target: '演示·开标数据库主库',
      login: 'dba',
      declared: ['/var/lib/archive'],
      complete: false,
      why: 'too-much',
      sha256: hash('fd61a03a'),
    }),
    manifest('m-touch', { purpose: 'touched', declared: [], sha256: null }),
    manifest('m-close', { purpose: 'closing', at: now - 600_000, sha256: hash('a4e624d6') }),
  ];
  const item = (path: string, state: State, more: Partial<OriginalItem> = {}): OriginalItem => ({
    path: utf8(path),
    ...state,
    op: null,
    why: null,
    ...more,
  });
  const items = [
    item(CONF, file(2210, KEPT_HASH)),
    item('/opt/kaibiao/模板', { ...NOTHING, type: 'folder', mode: 0o755 }),
    item('/opt/kaibiao/模板/\u202egol.封面', file(48_120, hash('2c26b46b'))),
    item('/opt/kaibiao/current', { ...NOTHING, type: 'link', link: utf8('/opt/kaibiao/2.4.0') }),
    item('/opt/kaibiao/密钥', { ...NOTHING, type: 'unread' }, { why: 'no-permission' }),
  ];
  type Asked = { Params: { id: string }; Querystring: { manifest?: string } };
  api.get<Asked>('/tickets/:id/originals', ({ params, query }) => ({
    manifests: params.id === 't-closed' || params.id === 't-open' ? manifests : [],
    items: query.manifest === undefined ? [] : items,
    next: null,
  }));
  api.get<Asked>('/tickets/:id/changes', ({ params }) => {
    if (params.id !== 't-closed') {
      throw refuse(404, 'originals.no-report', '这张工单还没有改动对比报告', 'there is no difference report yet');
    }
    return reportOf(now);
  });
  api.post<{ Body: { sha256: string } }>('/tickets/:id/originals/take', ({ body }, reply) => {
    if (body.sha256 !== KEPT_HASH) {
      throw refuse(
        403,
        'original.not-named',
        '只有在窗口内、已批准的本人工单把这个原件的 SHA-256 列为所带工具时，才能取得副本',
        'a copy is handed out in the window of an approved ticket of your own that names its SHA-256 among the tools',
      );
    }
    return reply.type('application/octet-stream').send(Buffer.from('max: 50\n'));
  });
}

function reportOf(now: number): ChangeReport {
  const same = { declared: true, modeChanged: false, before: null, after: null, text: null, why: null } as const;
  return {
    id: 'report',
    sha256: hash('18ac3e73'),
    at: now - 600_000,
    places: [
      {
        target: '演示·开标应用 2 号',
        login: 'ops',
        reading: 's-read',
        declared: [CONF, '/opt/kaibiao/模板'],
        failure: null,
        originals: null,
        notRead: 0,
        changes: [
          {
            ...same,
            path: utf8(CONF),
            how: 'changed',
            before: file(2210, KEPT_HASH),
            after: file(2264, hash('b5bb9d80'), 0o644),
            modeChanged: true,
            text: DIFF,
          },
          { ...same, path: utf8('/opt/kaibiao/模板/新封面.docx'), how: 'added', after: file(51_002, hash('7d865e95')) },
          {
            ...same,
            path: utf8('/opt/kaibiao/模板/封面.docx'),
            how: 'removed',
            before: file(48_120, hash('2c26b46b')),
            after: NOTHING,
          },
          {
            ...same,
            path: utf8('/etc/cron.d/\u202eboj'),
            declared: false,
            how: 'changed',
            before: file(90, hash('e3b0c442')),
            after: file(132, hash('4e074085')),
          },
          { ...same, path: utf8('/opt/kaibiao/密钥'), how: 'unread', why: 'no-permission' },
        ],
      },
      {
        target: '演示·开标数据库主库',
        login: 'dba',
        reading: 's-read2',
        declared: ['/var/lib/archive'],
        failure: { path: utf8('/var/lib/archive/2026'), why: 'too-slow' },
        originals: 'too-much',
        notRead: 12,
        changes: [],
      },
    ],
  };
}
