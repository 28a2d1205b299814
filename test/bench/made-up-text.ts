// Text like that of maintenance sessions, the same for the same number: words as frequent as words are, paths, addresses,
// Chinese, and a word that only a few sessions have.

const COMMON = 'the of to in is for on with root service started failed error info warning listening connection';
const TOOLS = 'systemctl nginx tomcat mysql oracle java python bash kernel docker journal cron rsync backup restore';
const CHINESE =
  '公共资源交易中心 数据库 密码 已修改 开标 招标文件 服务器 连接失败 启动成功 备份完成 用户登录 权限不足 日志';
const SYLLABLES = 'ba ce di fo gu ha ke li mo nu pa qi ro se ta vo wu xe yi zo'.split(' ');

/** About `length` characters, in lines. */
export function madeUpText(seed: number, length: number): string {
  const next = sequence(seed + 1);
  const pick = (words: readonly string[]): string => words[Math.floor(next() * words.length)] ?? '';
  const [common, tools, chinese] = [COMMON, TOOLS, CHINESE].map((words) => words.split(' ')) as [
    string[],
    string[],
    string[],
  ];
  const number = (most: number): string => String(Math.floor(next() * most));
  const word = (): string => {
    const kind = next();
    if (kind < 0.35) return pick(common);
    if (kind < 0.55) return pick(tools);
    if (kind < 0.65) return pick(chinese);
    if (kind < 0.7) return `/srv/${pick(tools)}/${pick(SYLLABLES)}${pick(SYLLABLES)}/${pick(common)}.log`;
    if (kind < 0.74) return `10.${number(256)}.${number(256)}.${number(256)}`;
    if (kind < 0.8) return number(100_000);
    return Array.from({ length: 2 + Math.floor(next() * 3) }, () => pick(SYLLABLES)).join('');
  };
  let text = '';
  let line = '';
  while (text.length < length) {
    line += `${word()} `;
    if (line.length < 90) continue;
    text += `${line.trimEnd()}\n`;
    line = '';
  }
  return text;
}

/** Numbers from 0 to 1 that look random and are not. */
export function sequence(seed: number): () => number {
  let state = (seed * 2_654_435_761) % 4_294_967_296 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state / 4_294_967_296;
  };
}
