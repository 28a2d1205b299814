// The numbers of SFTP version 3 (draft-ietf-secsh-filexfer-02) and the extensions of OpenSSH's PROTOCOL that are
// understood here. What is not in these tables is never passed on.

export const VERSION = 3;

/** Packet types of requests (section 3); 200 carries an extension's name. */
export const REQUEST_TYPES = {
  init: 1,
  open: 3,
  close: 4,
  read: 5,
  write: 6,
  lstat: 7,
  fstat: 8,
  setstat: 9,
  fsetstat: 10,
  opendir: 11,
  readdir: 12,
  remove: 13,
  mkdir: 14,
  rmdir: 15,
  realpath: 16,
  stat: 17,
  rename: 18,
  readlink: 19,
  symlink: 20,
  extended: 200,
} as const;

/** Packet types of answers. */
export const REPLY_TYPES = {
  version: 2,
  status: 101,
  handle: 102,
  data: 103,
  name: 104,
  attrs: 105,
  'extended-reply': 201,
} as const;

/** SSH_FX_*, section 7. */
export const STATUS = {
  ok: 0,
  eof: 1,
  noSuchFile: 2,
  permissionDenied: 3,
  failure: 4,
  badMessage: 5,
  unsupported: 8,
} as const;

/** SSH_FXF_*, section 6.3. */
export const OPEN_FLAGS = { read: 1, write: 2, append: 4, create: 8, truncate: 16, exclusive: 32 } as const;
export type OpenFlag = keyof typeof OPEN_FLAGS;

export function openFlags(bits: number): readonly OpenFlag[] {
  return (Object.keys(OPEN_FLAGS) as OpenFlag[]).filter((flag) => (bits & OPEN_FLAGS[flag]) !== 0);
}

/** Extensions by the name in a request; `version` is what a server announces for the form that is understood here. */
export const EXTENSIONS = {
  'posix-rename@openssh.com': { op: 'posix-rename', version: '1' },
  'statvfs@openssh.com': { op: 'statvfs', version: '2' },
  'fstatvfs@openssh.com': { op: 'fstatvfs', version: '2' },
  'hardlink@openssh.com': { op: 'hardlink', version: '1' },
  'fsync@openssh.com': { op: 'fsync', version: '1' },
  'lsetstat@openssh.com': { op: 'lsetstat', version: '1' },
  'limits@openssh.com': { op: 'limits', version: '1' },
  'expand-path@openssh.com': { op: 'expand-path', version: '1' },
  'copy-data': { op: 'copy-data', version: '1' },
  'home-directory': { op: 'home-directory', version: '1' },
  'users-groups-by-id@openssh.com': { op: 'users-groups-by-id', version: '1' },
} as const;
export type ExtensionName = keyof typeof EXTENSIONS;

export function isExtension(name: string): name is ExtensionName {
  return Object.hasOwn(EXTENSIONS, name);
}

/** OpenSSH's own bound (SFTP_MAX_MSG_LENGTH) and room for the fields around 256 KiB of data. */
export const MOST_PACKET_BYTES = 256 * 1024 + 1024;
/** Section 6.2: a handle must not be longer. */
export const MOST_HANDLE_BYTES = 256;
