// Exporting a recording: asked for, approved by somebody else, downloaded once (R22).

import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RecordRequest } from '../../web/contract/record-requests.ts';
import { ApiClient } from '../support/api-client.ts';
import { evidence, evidenceSize } from '../support/evidence.ts';
import { PASSWORD, startInstallation, type TestInstallation } from '../support/installation.ts';
import { ssh } from '../support/openssh.ts';

let site: TestInstallation;
let auditor: ApiClient;
let head: ApiClient;
let session: string;

beforeAll(async () => {
  site = await startInstallation();
  await site.approvedTicket();
  const run = ssh(['-p', String(site.sshPort), 'engineer@127.0.0.1', 'echo 公共资源; seq 200000'], {
    password: PASSWORD,
    code: site.code('engineer'),
  });
  run.child.stdin.end();
  await run.exit;
  auditor = await ApiClient.signIn(site, 'auditor');
  head = await ApiClient.signIn(site, 'head');
  const [found] = (await auditor.get('/api/v1/sessions')).body as { id: string }[];
  session = found?.id ?? '';
});
afterAll(() => site.stop());

const ask = async (format: string): Promise<RecordRequest> => {
  const body = { format, encoding: 'utf-8', language: 'zh', reason: '移交监管部门' };
  const answer = await auditor.post(`/api/v1/sessions/${session}/exports`, body);
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  return answer.body as RecordRequest;
};
const act = (client: ApiClient, id: string, name: string, body?: object) =>
  client.post(`/api/v1/record-requests/${id}/${name}`, body);

async function approved(format: string): Promise<string> {
  const { id } = await ask(format);
  const { status } = await act(head, id, 'approve', { code: site.code('head') });
  expect(status).toBe(200);
  return id;
}

/** The file with its headers, as a browser gets it. */
function download(id: string): Promise<Response> {
  return fetch(`${site.running.web}/api/v1/record-requests/${id}/download`, {
    method: 'POST',
    headers: { cookie: auditor.cookie, origin: site.running.web },
  });
}

test('what was approved is downloaded once, and every step is on record (R22)', async () => {
  const from = await evidenceSize(site);
  const { id } = await ask('asciicast-v2');
  expect((await act(auditor, id, 'download')).status).toBe(409);
  const waiting = (await head.get('/api/v1/record-requests?open=true')).body as RecordRequest[];
  expect(waiting).toMatchObject([
    { id, reason: '移交监管部门', acts: ['approve', 'refuse'], session: { id: session } },
  ]);
  await act(head, id, 'approve', { code: site.code('head') });

  const file = await download(id);
  expect(file.headers.get('content-disposition')).toBe(`attachment; filename="${session}.cast"`);
  expect(file.headers.get('content-type')).toBe('application/x-asciicast');
  expect(file.headers.get('cache-control')).toBe('no-store');
  const lines = (await file.text())
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  const text = lines
    .slice(1)
    .map(([, code, data]) => (code === 'o' ? data : ''))
    .join('');
  expect(text).toBe(`公共资源\r\n${Array.from({ length: 200_000 }, (_, nth) => `${nth + 1}\r\n`).join('')}`);
  expect(lines[0]).toMatchObject({ version: 2, command: 'echo 公共资源; seq 200000' });

  expect((await act(auditor, id, 'download')).status).toBe(409);
  const types = (await evidence(site, from)).map(({ type, actor }) => `${actor.name} ${type}`);
  expect(types.filter((type) => type.includes('export.'))).toEqual([
    'auditor export.requested',
    'head export.approved',
    'auditor export.downloaded',
  ]);
});

test.each([
  ['asciicast-v3', /^\{"version":3,.*,"x","0"\]\n$/s],
  ['text', /\n公共资源\n1\n2\n.*\n200000\n/s],
  ['commands', /echo 公共资源; seq 200000,exact,0/],
  ['files-csv', /^\ufeff?序号,时间/],
  ['files-json', /"files":\[/],
])('a recording leaves as %s (R22)', async (format, wanted) => {
  expect(await (await download(await approved(format))).text()).toMatch(wanted);
});

test('what the head refused is not downloaded (R22)', async () => {
  const { id } = await ask('text');
  expect((await act(head, id, 'refuse', { reason: '理由不足' })).body).toMatchObject({ state: 'refused' });
  expect((await download(id)).status).toBe(409);
});
