// Paths as bytes: comparing, splitting and joining, nothing else. What a path leads to is only the target's to say.

const SLASH = 0x2f;
const BACKSLASH = 0x5c;
const ROOT = Buffer.from('/');
const HERE = Buffer.from('.');

/** Linux' PATH_MAX. */
const MOST_PATH_BYTES = 4096;

/** Not a name at all: a target written in C would read another one. Attacker-controlled. */
export function isUnusable(path: Buffer): boolean {
  return path.length > MOST_PATH_BYTES || path.includes(0);
}

export function isAbsolute(path: Buffer): boolean {
  return path[0] === SLASH;
}

/** Whether `path` is `folder` or below it; both resolved. */
export function isWithin(path: Buffer, folder: Buffer): boolean {
  if (path.equals(folder)) return true;
  const start = folder.equals(ROOT) ? ROOT : Buffer.concat([folder, ROOT]);
  return path.subarray(0, start.length).equals(start);
}

/**
 * The folder a path's last name is in, and that name. Undefined where the last name says nothing by itself: none, `.`
 * or `..`; the path as a whole is then a folder and no link.
 */
export function splitLast(path: Buffer): { readonly folder: Buffer; readonly name: Buffer } | undefined {
  let end = path.length;
  while (end > 1 && path[end - 1] === SLASH) end -= 1;
  const start = path.lastIndexOf(SLASH, end - 1) + 1;
  const name = path.subarray(start, end);
  if (name.length === 0 || name.equals(HERE) || name.equals(Buffer.from('..'))) return undefined;
  if (start === 0) return { folder: HERE, name };
  return { folder: start === 1 ? ROOT : path.subarray(0, start - 1), name };
}

/** Some systems read a backslash as another slash. */
export function hasBackslash(name: Buffer): boolean {
  return name.includes(BACKSLASH);
}

export function below(folder: Buffer, name: Buffer): Buffer {
  return Buffer.concat([folder, folder.at(-1) === SLASH ? Buffer.alloc(0) : ROOT, name]);
}

/** The path with `.` and `..` taken by their letters: good for choosing words, never for granting anything. */
export function byItsLetters(path: Buffer, from: Buffer): Buffer {
  const whole = isAbsolute(path) ? path : below(from, path);
  const names: string[] = [];
  for (const name of whole.toString('latin1').split('/')) {
    if (name === '..') names.pop();
    else if (name !== '' && name !== '.') names.push(name);
  }
  return Buffer.from(`/${names.join('/')}`, 'latin1');
}
