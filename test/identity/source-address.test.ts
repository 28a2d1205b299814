import { BlockList } from 'node:net';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sourceNetwork } from '../../identity/login/source-address.ts';
import { canonicalAddress } from '../../store/core/address.ts';

test.each([
  ['203.0.113.7', '203.0.113.7', '203.0.113.7'],
  ['::ffff:203.0.113.7', '203.0.113.7', '203.0.113.7'],
  ['::FFFF:cb00:7107', '203.0.113.7', '203.0.113.7'],
  ['2001:DB8:0:0:1::1', '2001:db8::1:0:0:1', '2001:db8:0:0::/64'],
  ['fe80::1%eth0', 'fe80::1', 'fe80:0:0:0::/64'],
  ['2001:db8:1:2:3:4:203.0.113.7', '2001:db8:1:2:3:4:cb00:7107', '2001:db8:1:2::/64'],
])('%s is %s and counts as %s (R15)', (text, address, network) => {
  expect([canonicalAddress(text), sourceNetwork(text)]).toEqual([address, network]);
});

test.each(['', 'localhost', '1.2.3', '1.2.3.4/8', '::1 '])('“%s” is no address', (text) => {
  expect(() => canonicalAddress(text)).toThrow('IP address');
});

test('an address has one text, and lies in what it counts as (R15)', () => {
  fc.assert(
    fc.property(fc.ipV6(), (text) => {
      const address = canonicalAddress(text);
      expect(canonicalAddress(address)).toBe(address);
      const network = sourceNetwork(text);
      if (!network.includes(':')) return;
      const block = new BlockList();
      block.addSubnet(network.replace('/64', ''), 64, 'ipv6');
      expect(block.check(address, 'ipv6')).toBe(true);
    }),
    { numRuns: 2000 },
  );
});
