// The demo target's files: something to look at and to change, plainly marked as a demonstration.

import { chownSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const FILES: Readonly<Record<string, string>> = {
  'README.txt':
    '这是闸口的演示资产，里面的内容都是虚构的。\nThis is the demo target of Sluice; everything in it is made up.\n',
  'conf/opening.conf': '# 开标列表服务（演示）\nlist.page_size = 500\nlist.cache_seconds = 0\nlist.timeout_ms = 3000\n',
  'conf/database.conf': '# 连接池（演示）\npool.max = 20\npool.idle_seconds = 60\n',
  'logs/opening.log':
    '09:00:01 INFO  开标列表服务启动\n09:12:44 WARN  列表查询用时 4210 ms，超过 3000 ms\n09:13:02 WARN  列表查询用时 3975 ms，超过 3000 ms\n',
};

/** Writes the files that are missing and hands everything to `owner`. */
export function fillScratch(home: string, owner: { readonly uid: number; readonly gid: number } | undefined): void {
  for (const [name, content] of Object.entries(FILES)) {
    const file = join(home, name);
    mkdirSync(join(file, '..'), { recursive: true });
    if (!existsSync(file)) writeFileSync(file, content);
  }
  if (owner === undefined) return;
  chownSync(home, owner.uid, owner.gid);
  for (const name of readdirSync(home, { recursive: true, encoding: 'utf8' })) {
    chownSync(join(home, name), owner.uid, owner.gid);
  }
}
