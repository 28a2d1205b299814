import type { FastifyRequest } from 'fastify';
import { expect, test } from 'vitest';
import { passkeySite } from '../../web/guard/passkey-site.ts';

const from = (host: string | undefined) =>
  ({ protocol: 'http', headers: host === undefined ? {} : { host } }) as unknown as FastifyRequest;

test('with a public URL, passkeys are that site’s, whatever the request calls itself (R15)', () => {
  const site = { id: 'sluice.example', origin: 'https://sluice.example:8443' };
  expect(passkeySite('https://sluice.example:8443/', from('evil.example'))).toEqual(site);
  expect(passkeySite('https://sluice.example:8443/', from(undefined))).toEqual(site);
});

test('without one, they are this machine’s own, by name (R15)', () => {
  expect(passkeySite(null, from('localhost:8080'))).toEqual({ id: 'localhost', origin: 'http://localhost:8080' });
});

test.each([
  [null, 'evil.example'],
  [null, 'localhost.evil.example'],
  [null, 'localhost@evil.example'],
  [null, '127.0.0.1:8080'],
  [null, '[::1]:8080'],
  [null, '2130706433'],
  [null, ''],
  [null, undefined],
  ['https://203.0.113.7', 'localhost'],
  ['https://[2001:db8::1]', 'localhost'],
])('there are none with %s at %s (R15)', (publicUrl, host) => {
  expect(() => passkeySite(publicUrl, from(host))).toThrow('passkey.no-site');
});
