// What is signed for an approved channel, and for how long: from the gate's yes to the certificate.

import { expect, test } from 'vitest';
import type { ChannelRequest } from '../../approvals/access/gate.ts';
import { parseSshPublicKey } from '../../identity/ssh-public-key.ts';
import { ed25519Line, refusal } from '../identity/cast.ts';
import { onEachDatabase } from '../support/databases.ts';
import { sshStrings } from '../support/ssh-wire.ts';
import { createWorld, DESTINATION, EVERY_KIND, HOUR, type World } from './world.ts';

const RULES = { leastRsaBits: 0, securityKeys: false };

onEachDatabase((under) => {
  async function world() {
    const at = await createWorld(under.current());
    await at.userCa.begin();
    const target = await at.addTarget('web2', 'deploy', true);
    const channels = [{ targetAccountId: target.accountId, ...EVERY_KIND }];
    const ticket = await at.open({ channels });
    const selector = { by: 'names', login: 'deploy', target: 'web2' } as const;
    const approved = (change: Partial<ChannelRequest> = {}) =>
      at.gate.decide(at.engineer.user, at.request({ selector, ...change }));
    return { at, target, ticket, approved };
  }

  const seconds = (ms: number) => Math.floor(ms / 1000) * 1000;
  const lastSigned = async (at: World) => (await at.evidence('certificate.signed')).at(-1);

  test('a certificate is for that key, login, session and window, and is an event (R1, R9, R17)', async () => {
    const { at, target, ticket, approved } = await world();
    const channel = await approved();
    const { line, blob } = ed25519Line();
    const credential = await at.release(channel, blob);
    if (credential.kind !== 'certificate') throw new Error(`expected a certificate, got ${credential.kind}`);
    const [algorithm, , point] = sshStrings(credential.certificate, 0);
    expect(algorithm?.toString()).toBe('ssh-ed25519-cert-v01@openssh.com');
    expect(point).toEqual(Buffer.from(blob, 'base64').subarray(-32));
    const [ca] = await at.userCa.trusted();
    expect(await lastSigned(at)).toEqual({
      type: 'certificate.signed',
      actor: { kind: 'account', id: at.engineer.member.id, name: 'li-gong' },
      source: channel.source,
      details: {
        session: channel.session,
        ticket: ticket.id,
        targetAccount: target.accountId,
        serial: expect.stringMatching(/^[1-9]\d*$/),
        keyId: `sluice/${ticket.number}/${channel.session}/li-gong`,
        principals: ['deploy'],
        validFrom: seconds(at.clock.now()) - 300_000,
        validUntil: seconds(ticket.windowEnd),
        extensions: ['permit-pty'],
        fingerprint: parseSshPublicKey(line, RULES).fingerprint,
        ca: ca?.fingerprint,
      },
    });
  });

  test.each([
    ['shell', ['permit-pty']],
    ['exec', ['permit-pty']],
    ['sftp', []],
    ['forward', ['permit-port-forwarding']],
  ] as const)('of a %s it allows %j', async (kind, extensions) => {
    const { at, approved } = await world();
    const command = kind === 'exec' ? 'id' : null;
    const destination = kind === 'forward' ? DESTINATION : null;
    await at.release(await approved({ kind, command, destination }), ed25519Line().blob);
    expect((await lastSigned(at))?.details).toMatchObject({ extensions });
  });

  test('it ends where the window ends now, not where it did when the channel was approved (R1)', async () => {
    const { at, ticket, approved } = await world();
    const channel = await approved();
    const { user, member } = at.head;
    const wish = await at.extensions.ask(at.engineer.user, ticket.id, { minutes: 30 }, '数据量大');
    await at.extensions.grant(user, await at.fresh(user, member, 'extension.grant'), wish.id);
    await at.release(channel, ed25519Line().blob);
    expect((await lastSigned(at))?.details).toMatchObject({ validUntil: seconds(ticket.windowEnd + HOUR / 2) });
    await at.freezes.place(user, { start: ticket.windowEnd - HOUR, end: ticket.windowEnd + HOUR, reason: '开标' });
    await at.release(channel, ed25519Line().blob);
    expect((await lastSigned(at))?.details).toMatchObject({ validUntil: seconds(ticket.windowEnd - HOUR) });
  });

  test('a machine’s clock that is set back makes no certificate outlive its window (B20)', async () => {
    const { at, ticket, approved } = await world();
    const channel = await approved();
    const left = ticket.windowEnd - at.time.now();
    at.clock.setWall(at.clock.now() - HOUR);
    await at.release(channel, ed25519Line().blob);
    expect((await lastSigned(at))?.details).toMatchObject({ validUntil: seconds(at.clock.now() + left) });
  });

  test('no certificate after a revocation, nor for anything but an Ed25519 key (R1, B13)', async () => {
    const { at, ticket, approved } = await world();
    const channel = await approved();
    const wrong = ['', 'AAAA', `${ed25519Line().blob}AAAA`, Buffer.alloc(51).toString('base64')];
    for (const blob of wrong) expect(await refusal(at.release(channel, blob)), blob).toBe('key.invalid');
    await at.revoke(ticket.id);
    expect(await refusal(at.release(channel, ed25519Line().blob))).toBe('ticket.not-approved');
    expect(await at.evidence('certificate.signed')).toEqual([]);
    expect(await at.evidence('credential.released')).toEqual([]);
  });

  test('two certificates share neither serial nor nonce', async () => {
    const { at, approved } = await world();
    const channel = await approved();
    const { blob } = ed25519Line();
    const both = [await at.release(channel, blob), await at.release(channel, blob)];
    const nonces = both.map(
      (each) => each.kind === 'certificate' && sshStrings(each.certificate, 0)[1]?.toString('hex'),
    );
    expect(new Set(nonces).size).toBe(2);
    const events = await at.evidence('certificate.signed');
    const serials = events.map(({ type, details }) => type === 'certificate.signed' && details.serial);
    expect(new Set(serials).size).toBe(2);
  });
});
