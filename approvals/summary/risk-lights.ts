// What deserves a second look before somebody signs. Red: ask before you approve; amber: know it. Made from the data;
// what the requester says of the risk is one of them.

import { isWideBlock } from '../../identity/login/source-block.ts';
import type { Sentence } from '../../store/core/refusal.ts';
import type { Told } from './told.ts';

export interface RiskLight {
  readonly code: string;
  readonly level: 'red' | 'amber';
  readonly sentence: Sentence;
}

type Rule = readonly [
  code: string,
  level: RiskLight['level'],
  applies: (told: Told) => boolean,
  zh: string,
  en: string,
];

const LONG_MS = 8 * 3_600_000;
const ALL_POWERFUL = ['root', 'administrator', 'admin'];

const anyFiles = (told: Told, right: 'upload' | 'delete'): boolean =>
  told.left.channels.some(({ files }) => files?.rights.includes(right) === true && files.paths.length === 0);

const RULES: readonly Rule[] = [
  [
    'emergency',
    'red',
    ({ terms }) => terms.urgency === 'emergency',
    '应急通道，事后须复核',
    'an emergency, to be reviewed afterwards',
  ],
  ['interrupts-trading', 'red', ({ terms }) => terms.impact === 'interrupted', '会中断交易', 'it interrupts trading'],
  [
    'deletes',
    'red',
    ({ left }) => left.changes.some(({ change }) => change === 'delete'),
    '会删除文件',
    'files are deleted',
  ],
  [
    'high-risk',
    'red',
    ({ terms }) => terms.risk === 'high',
    '申请人自评为高风险',
    'the requester calls it a high risk',
  ],
  [
    'without-backup',
    'red',
    ({ left }) => left.withoutBackup !== null,
    '可能没有原件可以恢复',
    'there may be no originals to go back to',
  ],
  [
    'no-way-back',
    'red',
    ({ left, terms }) => left.changes.length > 0 && terms.rollback === '',
    '有变更，却没有写回退方案',
    'something is changed, and no way back is described',
  ],
  ['degrades-trading', 'amber', ({ terms }) => terms.impact === 'degraded', '会影响交易', 'trading is affected'],
  [
    'modifies',
    'amber',
    ({ left }) => left.changes.some(({ change }) => change === 'modify'),
    '会修改文件',
    'files are modified',
  ],
  [
    'medium-risk',
    'amber',
    ({ terms }) => terms.risk === 'medium',
    '申请人自评为中等风险',
    'the requester calls it a medium risk',
  ],
  [
    'all-powerful',
    'amber',
    ({ left, place }) =>
      left.channels.some(({ targetAccountId }) => ALL_POWERFUL.includes(place(targetAccountId).login.toLowerCase())),
    '使用最高权限的账号',
    'an account that may do everything is used',
  ],
  [
    'uploads-anywhere',
    'amber',
    (told) => anyFiles(told, 'upload'),
    '可向任何位置上传文件',
    'files may be uploaded anywhere',
  ],
  [
    'deletes-anywhere',
    'red',
    (told) => anyFiles(told, 'delete'),
    '可删除任何位置的文件',
    'files may be deleted anywhere',
  ],
  [
    'forwards',
    'amber',
    ({ left }) => left.channels.some(({ destinations }) => destinations !== null),
    '可从服务器连到别处',
    'connections may go on from the server to elsewhere',
  ],
  [
    'long-window',
    'amber',
    ({ left }) => left.windows.some(({ start, end }) => end - start > LONG_MS),
    '窗口超过 8 小时',
    'a window is longer than eight hours',
  ],
  [
    'wide-source',
    'amber',
    ({ sources }) => sources.some(isWideBlock),
    '来源地址范围很大',
    'the source is a wide network',
  ],
  ['first-time', 'amber', ({ earlier }) => earlier.length === 0, '该单位第一次申请', 'the company’s first ticket'],
];

/** Red ones first. */
export function riskLights(told: Told): readonly RiskLight[] {
  const lit = RULES.filter(([, , applies]) => applies(told)).map(([code, level, , zh, en]) => ({
    code,
    level,
    sentence: { zh, en },
  }));
  return [...lit.filter(({ level }) => level === 'red'), ...lit.filter(({ level }) => level === 'amber')];
}
