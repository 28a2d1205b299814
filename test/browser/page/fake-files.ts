// What a fictitious session did to files: everything a row can say, and names that would like to do harm.

import type { FileRow, FilesPage } from '../../../web/contract/session-files.ts';

const HASH = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';
const CLOSED = {
  complete: true,
  read: 0,
  written: 0,
  entries: 0,
  size: null,
  hashed: 'in-flight',
  sha256: HASH,
  why: null,
};

export function demoFiles(): FilesPage {
  const rows: Partial<FileRow>[] = [
    {
      what: 'list',
      path: utf8('/opt/kaibiao'),
      closed: { ...CLOSED, entries: 12, hashed: 'none', sha256: null },
    },
    { what: 'download', path: utf8('/opt/kaibiao/配置/连接池.yml'), closed: { ...CLOSED, read: 2210, size: 2210 } },
    {
      what: 'upload',
      path: utf8('/opt/kaibiao/发布/开标应用-2.4.1.war'),
      closed: { ...CLOSED, written: 148_220_104, size: 148_220_104, hashed: 'read-back', why: 'appended' },
    },
    { what: 'posix-rename', path: utf8('/opt/kaibiao/a.tmp'), to: utf8('/opt/kaibiao/a.jar') },
    { what: 'upload', path: utf8('/etc/cron.d/x'), code: 3, refused: 'path.outside' },
    { what: 'remove', path: utf8('/opt/kaibiao/审计.log'), code: 3, refused: 'right.delete' },
    {
      what: 'download',
      path: { text: '/data/清单.txt', encoding: 'gb18030' },
      closed: { ...CLOSED, read: 900, size: 2000, hashed: 'partial', why: 'part' },
    },
    {
      what: 'download',
      path: utf8('/tmp/\u202etxt.exe\u001b[2J<img src=x onerror=alert(1)>\n.sh'),
      closed: { ...CLOSED, read: 1, size: 1 },
    },
    { what: 'download', path: utf8('/opt/kaibiao/没有.txt'), code: 2 },
    {
      what: 'upload',
      path: utf8('/opt/kaibiao/大.iso'),
      closed: { ...CLOSED, complete: false, written: 70_000_000, hashed: 'none', sha256: null, why: 'incomplete' },
    },
  ];
  return {
    rows: rows.map((row, nth) => ({
      n: nth + 1,
      at: nth * 17_000,
      what: 'download',
      path: null,
      to: null,
      code: 0,
      refused: null,
      closed: null,
      ...row,
    })),
    looked: 41,
    next: null,
    integrity: { intact: true },
  };
}

function utf8(text: string): FileRow['path'] {
  return { text, encoding: 'utf-8' };
}
