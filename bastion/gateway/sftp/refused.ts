// Why a request is not passed on: what the client is answered, in a code of SFTP and a sentence.

import type { Sentence } from '../../../store/core/refusal.ts';
import { STATUS } from './protocol.ts';

export type Why = keyof typeof REFUSED;

export const REFUSED = {
  'right.list': {
    code: STATUS.permissionDenied,
    text: { zh: '工单没有约定查看文件夹的权利', en: 'the ticket does not grant the right to list folders' },
  },
  'right.download': {
    code: STATUS.permissionDenied,
    text: { zh: '工单没有约定下载文件的权利', en: 'the ticket does not grant the right to download files' },
  },
  'right.upload': {
    code: STATUS.permissionDenied,
    text: {
      zh: '工单没有约定上传或更改文件的权利',
      en: 'the ticket does not grant the right to upload or change files',
    },
  },
  'right.delete': {
    code: STATUS.permissionDenied,
    text: { zh: '工单没有约定删除文件的权利', en: 'the ticket does not grant the right to delete files' },
  },
  'path.outside': {
    code: STATUS.permissionDenied,
    text: { zh: '不在工单约定的文件夹之内', en: 'this is outside the folders that the ticket names' },
  },
  'path.missing': {
    code: STATUS.noSuchFile,
    text: { zh: '没有这个文件或文件夹', en: 'there is no such file or folder' },
  },
  'path.unusable': {
    code: STATUS.failure,
    text: { zh: '名称太长或含有空字符', en: 'the name is too long or holds a NUL character' },
  },
  'window.over': {
    code: STATUS.permissionDenied,
    text: {
      zh: '维护窗口已结束，只能完成正在传输的文件',
      en: 'the window has ended; only files that are being moved may be finished',
    },
  },
  'original.not-kept': {
    code: STATUS.failure,
    text: {
      zh: '改动前的原件未能备份，此操作没有执行',
      en: 'the original could not be copied into evidence first, so this was not done',
    },
  },
  'not-offered': {
    code: STATUS.unsupported,
    text: { zh: '闸口不提供这种操作', en: 'Sluice does not offer this operation' },
  },
  'no-such-handle': {
    code: STATUS.failure,
    text: { zh: '没有打开这样的文件', en: 'no such file is open' },
  },
  'too-many-open': {
    code: STATUS.failure,
    text: { zh: '打开的文件太多', en: 'too many files are open' },
  },
} as const satisfies { readonly [why: string]: { readonly code: number; readonly text: Sentence } };
