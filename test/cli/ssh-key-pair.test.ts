import ssh2 from 'ssh2';
import { expect, test } from 'vitest';
import { newSshKeyPair } from '../../bastion/cli/ssh-key-pair.ts';

test('a pair that could not be read again is thrown away', () => {
  const generate = () => ssh2.utils.generateKeyPairSync('ed25519');
  let broken = generate();
  // One in 256: the library drops a leading zero.
  while (!(ssh2.utils.parseKey(broken.private) instanceof Error)) broken = generate();
  const good = newSshKeyPair();
  const offered = [broken, broken, good];
  expect(newSshKeyPair(() => offered.shift() ?? broken)).toBe(good);
  expect(offered).toEqual([]);
});
