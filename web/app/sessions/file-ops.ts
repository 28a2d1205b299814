// What there are words for. A recording may hold more: what a client asked for that nobody offers.

export const FILE_OPS = [
  'download',
  'upload',
  'list',
  'open',
  'opendir',
  'remove',
  'rmdir',
  'mkdir',
  'rename',
  'posix-rename',
  'setstat',
  'lsetstat',
  'fsetstat',
  'symlink',
  'hardlink',
  'copy-data',
  'scp-receive',
  'scp-send',
] as const;
