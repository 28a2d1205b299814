import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fileTransferOf } from '../../store/core/file-transfer.ts';

test.each([
  // As OpenSSH's scp -O asks.
  ['scp -t /tmp/x', 'scp', ['upload']],
  ['scp -v -r -p -d -t -- /tmp/x', 'scp', ['upload']],
  ['scp -rpt /tmp/x', 'scp', ['upload']],
  ['scp -f /etc/hosts', 'scp', ['download']],
  ['/usr/bin/scp -pf "/etc/a b"', 'scp', ['download']],
  // As rsync asks.
  ['rsync --server -vlogDtprze.iLsfxCIvu . /srv/app', 'rsync', ['upload']],
  ['rsync --server --sender -vlogDtprze.iLsfxCIvu . /srv/app', 'rsync', ['download']],
  ['rsync --server -logDtpre.iLsfxCIvu --delete-before . /srv/app', 'rsync', ['upload', 'delete']],
  ['rsync --server -logDtpre.iLsfxCIvu --delete . /srv/app', 'rsync', ['upload', 'delete']],
  ['rsync --server --sender -lre.iLsfxCIvu --remove-source-files . /x', 'rsync', ['download', 'delete']],
  ['rsync --server --daemon .', 'rsync', ['list', 'download', 'upload', 'delete']],
  ['sudo rsync --server -e.LsfxCIvu . /x', 'rsync', ['upload']],
  ['sudo -u www rsync --server . /x', 'rsync', ['upload']],
  ['ionice -c3 nice -n 10 rsync --server --sender . /x', 'rsync', ['download']],
  ['/usr/lib/openssh/sftp-server', 'sftp-server', ['list', 'download', 'upload', 'delete']],
  ['internal-sftp', 'sftp-server', ['list', 'download', 'upload', 'delete']],
  [
    'test -x /usr/lib/sftp-server && exec /usr/lib/sftp-server',
    'sftp-server',
    ['list', 'download', 'upload', 'delete'],
  ],
  // Another way to write the same.
  ["'scp' -t x", 'scp', ['upload']],
  ['\\scp -t x', 'scp', ['upload']],
  ['s"c"p -t x', 'scp', ['upload']],
  ['scp "-t" x', 'scp', ['upload']],
  ['LANG=C env X=1 scp -t x', 'scp', ['upload']],
  ['cd /srv; scp -f x', 'scp', ['download']],
  ['cd /srv && (scp -f x)', 'scp', ['download']],
  ['true\nscp -f x', 'scp', ['download']],
  ['scp -f x | scp -t y', 'scp', ['download', 'upload']],
  ["bash -lc 'rsync --server . x'", 'rsync', ['upload']],
  ['sh -c \'sh -c "scp -t x"\'', 'scp', ['upload']],
  // Plain commands.
  ['scp a b:c', undefined, []],
  ['scp -- -t x', undefined, []],
  ['rsync -a /x /y', undefined, []],
  ['grep -r scp -t /x', undefined, []],
  ['echo rsync --server', undefined, []],
  ["git-upload-pack '/srv/repo.git'", undefined, []],
  ["/bin/sh -c 'echo ~ && sleep 0'", undefined, []],
  ['tar cf - /srv', undefined, []],
  ['', undefined, []],
] as const)('%s', (command, program, rights) => {
  expect(fileTransferOf(command)).toEqual(program === undefined ? undefined : { program, rights });
});

test('whatever is asked, there is an answer (R43)', () => {
  const piece = fc.oneof(
    fc.constantFrom('scp', 'rsync', 'sh', '-c', '-t', '-f', '--server', '"', "'", '\\', ' ', ';', '\n', 'sudo', 'A=b'),
    fc.string({ maxLength: 4 }),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
      fileTransferOf(pieces.join(''));
      fileTransferOf(pieces.join(' '));
    }),
    { numRuns: 2000 },
  );
});
