// The sftp side of the demo's target (version 3, draft-ietf-secsh-filexfer-02), over Node's own file calls.

import {
  closeSync,
  fstatSync,
  futimesSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readlinkSync,
  readSync,
  renameSync,
  rmdirSync,
  type Stats,
  statSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  utimesSync,
  writeSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import ssh2, { type Attributes, type SFTPWrapper } from 'ssh2';

const { STATUS_CODE, flagsToString } = ssh2.utils.sftp;

type Open =
  | { readonly kind: 'file'; readonly file: number }
  | { readonly kind: 'directory'; names: string[]; readonly path: string };

export function serveSftp(sftp: SFTPWrapper, home: string): void {
  // ssh2 leaves this to us: a client that has ended its side waits for ours.
  sftp.on('end', () => sftp.end());
  const handles = new Map<number, Open>();
  let next = 1;
  const path = (name: string) => resolve(home, name === '' ? '.' : name);
  const open = (entry: Open): Buffer => {
    const handle = Buffer.alloc(4);
    handle.writeUInt32BE(next);
    handles.set(next, entry);
    next += 1;
    return handle;
  };
  const find = (handle: Buffer): Open => {
    const entry = handle.length === 4 ? handles.get(handle.readUInt32BE(0)) : undefined;
    if (entry === undefined) throw new Error('no such handle');
    return entry;
  };
  const fileOf = (handle: Buffer): number => {
    const entry = find(handle);
    if (entry.kind !== 'file') throw new Error('not a file');
    return entry.file;
  };
  /** Runs one request; what it throws becomes the status of the answer. */
  const answer = (id: number, act: () => void): void => {
    try {
      act();
    } catch (error) {
      sftp.status(id, statusOf(error), error instanceof Error ? error.message : '');
    }
  };
  const done = (id: number, act: () => void): void =>
    answer(id, () => {
      act();
      sftp.status(id, STATUS_CODE.OK);
    });

  sftp.on('OPEN', (id, name, flags, attrs) =>
    answer(id, () => {
      const file = openSync(path(name), flagsToString(flags) ?? 'r', attrs.mode ?? 0o644);
      sftp.handle(id, open({ kind: 'file', file }));
    }),
  );
  sftp.on('READ', (id, handle, offset, length) =>
    answer(id, () => {
      const bytes = Buffer.alloc(Math.min(length, 32_768));
      const read = readSync(fileOf(handle), bytes, 0, bytes.length, offset);
      if (read === 0) sftp.status(id, STATUS_CODE.EOF);
      else sftp.data(id, bytes.subarray(0, read));
    }),
  );
  sftp.on('WRITE', (id, handle, offset, data) =>
    done(id, () => void writeSync(fileOf(handle), data, 0, data.length, offset)),
  );
  sftp.on('CLOSE', (id, handle) =>
    done(id, () => {
      const entry = find(handle);
      if (entry.kind === 'file') closeSync(entry.file);
      handles.delete(handle.readUInt32BE(0));
    }),
  );
  sftp.on('OPENDIR', (id, name) =>
    answer(id, () => {
      const names = readdirSync(path(name));
      sftp.handle(id, open({ kind: 'directory', names: ['.', '..', ...names], path: path(name) }));
    }),
  );
  sftp.on('READDIR', (id, handle) =>
    answer(id, () => {
      const entry = find(handle);
      if (entry.kind !== 'directory') throw new Error('not a directory');
      const names = entry.names.splice(0, 100);
      if (names.length === 0) sftp.status(id, STATUS_CODE.EOF);
      else
        sftp.name(
          id,
          names.map((name) => listed(entry.path, name)),
        );
    }),
  );
  sftp.on('FSTAT', (id, handle) => answer(id, () => sftp.attrs(id, attributes(fstatSync(fileOf(handle))))));
  sftp.on('STAT', (id, name) => answer(id, () => sftp.attrs(id, attributes(statSync(path(name))))));
  sftp.on('LSTAT', (id, name) => answer(id, () => sftp.attrs(id, attributes(lstatSync(path(name))))));
  sftp.on('SETSTAT', (id, name, attrs) =>
    done(id, () => {
      if (attrs.size !== undefined) truncateSync(path(name), attrs.size);
      if (attrs.atime !== undefined && attrs.mtime !== undefined) utimesSync(path(name), attrs.atime, attrs.mtime);
    }),
  );
  sftp.on('FSETSTAT', (id, handle, attrs) =>
    done(id, () => {
      const file = fileOf(handle);
      if (attrs.atime !== undefined && attrs.mtime !== undefined) futimesSync(file, attrs.atime, attrs.mtime);
    }),
  );
  sftp.on('REALPATH', (id, name) =>
    answer(id, () => sftp.name(id, [{ filename: path(name), longname: path(name), attrs: NO_ATTRIBUTES }])),
  );
  sftp.on('READLINK', (id, name) =>
    answer(id, () => {
      const to = readlinkSync(path(name));
      sftp.name(id, [{ filename: to, longname: to, attrs: NO_ATTRIBUTES }]);
    }),
  );
  sftp.on('REMOVE', (id, name) => done(id, () => unlinkSync(path(name))));
  sftp.on('RMDIR', (id, name) => done(id, () => rmdirSync(path(name))));
  sftp.on('MKDIR', (id, name) => done(id, () => void mkdirSync(path(name))));
  sftp.on('RENAME', (id, from, to) => done(id, () => renameSync(path(from), path(to))));
  sftp.on('SYMLINK', (id, to, link) => done(id, () => symlinkSync(to, path(link))));
}

const NO_ATTRIBUTES: Attributes = { mode: 0, uid: 0, gid: 0, size: 0, atime: 0, mtime: 0 };

function attributes(stats: Stats): Attributes {
  const { mode, uid, gid, size } = stats;
  return { mode, uid, gid, size, atime: Math.floor(stats.atimeMs / 1000), mtime: Math.floor(stats.mtimeMs / 1000) };
}

function listed(folder: string, name: string) {
  const stats = lstatSync(join(folder, name));
  const kind = stats.isDirectory() ? 'd' : '-';
  return { filename: name, longname: `${kind}rw-r--r-- 1 - - ${stats.size} ${name}`, attrs: attributes(stats) };
}

function statusOf(error: unknown): number {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return STATUS_CODE.NO_SUCH_FILE;
  return code === 'EACCES' || code === 'EPERM' ? STATUS_CODE.PERMISSION_DENIED : STATUS_CODE.FAILURE;
}
