// One agreed channel in words a head can read: what will be possible, and what will not.

import { CHANNEL_KINDS, type ChannelKind, type FileRight } from '../../store/core/channel-terms.ts';
import type { Sentence } from '../../store/core/refusal.ts';
import type { AgreedChannel } from '../ticket/agreed-channel.ts';
import { destinationText } from '../ticket/destination.ts';

export interface NamedPlace {
  readonly target: string;
  readonly login: string;
}

export const KIND_WORDS: { readonly [K in ChannelKind]: Sentence } = {
  shell: { zh: '打开终端', en: 'open a terminal' },
  exec: { zh: '运行命令', en: 'run commands' },
  sftp: { zh: '传输文件', en: 'transfer files' },
  forward: { zh: '转发网络连接', en: 'forward connections' },
};

const RIGHT_WORDS: { readonly [R in FileRight]: Sentence } = {
  list: { zh: '查看', en: 'list' },
  download: { zh: '下载', en: 'download' },
  upload: { zh: '上传', en: 'upload' },
  delete: { zh: '删除', en: 'delete' },
};

export function channelWords({ kinds, files, destinations }: AgreedChannel, { target, login }: NamedPlace): Sentence {
  const plain = kinds.filter((kind) => kind === 'shell' || kind === 'exec').map((kind) => KIND_WORDS[kind]);
  const parts = [...plain];
  if (files !== null) parts.push(filesWords(files.rights, files.paths));
  if (destinations !== null) {
    const places = destinations.map(destinationText);
    parts.push({ zh: `把连接转发到 ${places.join('、')}`, en: `forward connections to ${places.join(', ')}` });
  }
  return {
    zh: `以 ${login} 登录 ${target}：${parts.map(({ zh }) => zh).join('，')}`,
    en: `as ${login} on ${target}: ${parts.map(({ en }) => en).join(', ')}`,
  };
}

function filesWords(rights: readonly FileRight[], paths: readonly string[]): Sentence {
  const words = rights.map((right) => RIGHT_WORDS[right]);
  const [zh, en] = [words.map((word) => word.zh).join('、'), words.map((word) => word.en).join(', ')];
  return paths.length === 0
    ? { zh: `${zh}任何位置的文件`, en: `${en} files anywhere` }
    : { zh: `${zh} ${paths.join('、')} 下的文件`, en: `${en} files below ${paths.join(', ')}` };
}

/** Kinds that no channel of it has; undefined where it has all. */
export function notPossible(channels: readonly AgreedChannel[]): Sentence | undefined {
  const absent = CHANNEL_KINDS.filter((kind) => !channels.some(({ kinds }) => kinds.includes(kind)));
  if (absent.length === 0) return undefined;
  return {
    zh: `不能${absent.map((kind) => KIND_WORDS[kind].zh).join('、不能')}`,
    en: `it will not be possible to ${absent.map((kind) => KIND_WORDS[kind].en).join(' or to ')}`,
  };
}
