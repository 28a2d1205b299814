import { BlockList } from 'node:net';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { containsAddress, parseSourceBlock } from '../../identity/login/source-block.ts';
import { Refusal } from '../../store/core/refusal.ts';

function outcome(text: string): string {
  try {
    return parseSourceBlock(text);
  } catch (error) {
    if (error instanceof Refusal) return error.code;
    throw error;
  }
}

test.each([
  ['203.0.113.7', '203.0.113.7'],
  ['203.0.113.7/32', '203.0.113.7'],
  ['203.0.113.7/24', '203.0.113.0/24'],
  ['10.0.0.0/8', '10.0.0.0/8'],
  ['10.0.0.0/7', 'ticket.source-too-wide'],
  ['0.0.0.0/0', 'ticket.source-too-wide'],
  ['0.0.0.0/8', 'ticket.source-too-wide'],
  ['0.0.0.0', 'ticket.source-invalid'],
  ['::', 'ticket.source-invalid'],
  ['::/0', 'ticket.source-too-wide'],
  ['2001:db8::/32', '2001:db8::/32'],
  ['2001:db8::/31', 'ticket.source-too-wide'],
  ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
  ['2001:db8:ffff:ffff::1/36', '2001:db8:f000::/36'],
  ['2001:db8::203.0.113.7/112', '2001:db8::cb00:0/112'],
  ['::203.0.113.7/112', '::203.0.0.0/112'],
  ['::ffff:203.0.113.7', '203.0.113.7'],
  ['::ffff:203.0.113.7/120', '203.0.113.0/24'],
  ['::ffff:0.0.0.0/96', 'ticket.source-too-wide'],
  ['203.0.113.7/33', 'ticket.source-invalid'],
  ['203.0.113.7/024', 'ticket.source-invalid'],
  ['203.0.113', 'ticket.source-invalid'],
  ['0x7f.1', 'ticket.source-invalid'],
  ['fe80::1%eth0', 'ticket.source-invalid'],
  ['example.org', 'ticket.source-invalid'],
  ['203.0.113.7\n', '203.0.113.7'],
  ['', 'ticket.source-invalid'],
])('“%s” is %s (R2)', (text, expected) => {
  expect(outcome(text)).toBe(expected);
});

test('a block contains what shares its first bits, and nothing else (R2)', () => {
  const octets = fc.tuple(fc.integer({ min: 1, max: 255 }), fc.nat(255), fc.nat(255), fc.nat(255));
  const number = (o: readonly number[]) => o.reduce((sum, octet) => sum * 256 + octet, 0);
  fc.assert(
    fc.property(octets, octets, fc.integer({ min: 8, max: 32 }), (network, address, prefix) => {
      const block = parseSourceBlock(`${network.join('.')}/${prefix}`);
      const same =
        Math.floor(number(network) / 2 ** (32 - prefix)) === Math.floor(number(address) / 2 ** (32 - prefix));
      expect(containsAddress([block], address.join('.'))).toBe(same);
      expect(containsAddress([block], `::ffff:${address.join('.')}`)).toBe(same);
      expect(containsAddress([block], network.join('.'))).toBe(true);
    }),
  );
});

test('any IPv6 block is canonical, contains its own address, and parses to itself (R2)', () => {
  fc.assert(
    fc.property(fc.ipV6(), fc.ipV6(), fc.integer({ min: 32, max: 128 }), (address, other, prefix) => {
      const block = outcome(`${address}/${prefix}`);
      if (block.startsWith('ticket.')) return;
      expect(parseSourceBlock(block)).toBe(block);
      expect(containsAddress([block], address)).toBe(true);
      const asGiven = new BlockList();
      asGiven.addSubnet(address, prefix, 'ipv6');
      expect(containsAddress([block], other)).toBe(asGiven.check(other, 'ipv6'));
    }),
    { numRuns: 2000 },
  );
});

test('no source is agreed to when none is named (R2)', () => {
  expect(containsAddress([], '203.0.113.7')).toBe(false);
});
