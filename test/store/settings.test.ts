import { describe, expect, test } from 'vitest';
import { Refusal } from '../../store/core/refusal.ts';
import { parseSettings, SETTINGS, type SettingName } from '../../store/core/settings.ts';

const refusal = (input: unknown): Refusal => {
  try {
    parseSettings(input);
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  throw new Error(`expected ${JSON.stringify(input)} to be refused`);
};

/** Whole numbers from least to most. */
const whole = (least: number, most: number) => ({
  good: [least, most],
  bad: [least - 1, most + 1, least + 0.5, String(least), null, Number.NaN, true],
});
const address = { good: ['127.0.0.1', '::', 'gate.example'], bad: ['', null, 1, ['::']] };
const optional = (text: string) => ({ good: [text, null], bad: ['', 1, false, [text]] });

const TABLE: {
  readonly [Name in SettingName]: { readonly good: readonly unknown[]; readonly bad: readonly unknown[] };
} = {
  'web.host': address,
  'web.port': whole(0, 65_535),
  'web.publicUrl': optional('https://sluice.example'),
  'web.tlsCertificate': optional('/etc/sluice/cert.pem'),
  'web.tlsKey': optional('/etc/sluice/key.pem'),
  'web.requestsPerMinute': whole(60, 1_000_000),
  'gateway.host': address,
  'gateway.port': whole(0, 65_535),
  'gateway.idleMinutes': whole(1, 1440),
  'gateway.graceSeconds': whole(5, 600),
  'gateway.superviseSeconds': whole(1, 3600),
  'gateway.finishMinutes': whole(1, 120),
  'gateway.leaseSeconds': whole(1, 60),
  'gateway.workers': whole(0, 64),
  'gateway.listen': { good: ['on-demand', 'always'], bad: ['', 'never', null, true] },
  'login.codeFreshMinutes': whole(0, 60),
  'recordings.reserveMiB': whole(1, 1_048_576),
  'recordings.retentionDays': whole(183, 36_500),
  'originals.files': whole(1, 1_000_000),
  'originals.totalMiB': whole(1, 1_048_576),
  'originals.fileMiB': whole(1, 1_048_576),
  'originals.minutes': whole(1, 240),
  'evidence.policy': optional('witnesses.txt'),
  'evidence.witnessSeconds': whole(1, 3600),
  'evidence.witnessSilentMinutes': whole(1, 1440),
  'evidence.witnessByHandDays': whole(1, 366),
  'evidence.timestampAuthority': optional('https://tsa.example'),
  'evidence.timestampCertificates': optional('tsa.pem'),
  'evidence.timestampMinutes': whole(1, 1440),
  'notices.smtp': optional('smtps://sluice@mail.example'),
  'notices.smtpPassword': optional('smtp.password'),
  'notices.from': optional('sluice@centre.example'),
  'notices.webhook': optional('https://hook.example/sluice'),
  'notices.webhookSecret': optional('webhook.secret'),
  'notices.wecom': optional('wecom.url'),
  'notices.dingtalk': optional('dingtalk.url'),
  'notices.unclosedDays': whole(1, 366),
  'database.url': optional('postgresql://localhost/sluice'),
  'targets.allowLoopback': { good: [true, false], bad: ['true', 1, null] },
  timeZone: { good: ['Asia/Shanghai', 'UTC'], bad: ['Asia/Nowhere', '', 8, null] },
};

/** Certificate and key stand or fall together; the other one is given along. */
const along = (name: string, value: unknown): object => {
  if (value === null) return {};
  if (name === 'web.tlsCertificate') return { 'web.tlsKey': '/etc/sluice/key.pem' };
  if (name === 'evidence.timestampAuthority') return { 'evidence.timestampCertificates': 'tsa.pem' };
  return name === 'web.tlsKey' ? { 'web.tlsCertificate': '/etc/sluice/cert.pem' } : {};
};

const nested = (name: string, value: unknown): object => {
  const [first = '', second] = name.split('.');
  return second === undefined ? { [first]: value } : { [first]: { [second]: value } };
};

describe.each(Object.entries(TABLE))('%s', (name, { good, bad }) => {
  test.each(good.map((value) => [value]))('may be %j, dotted or nested', (value) => {
    for (const input of [{ [name]: value }, nested(name, value)]) {
      expect(parseSettings({ ...along(name, value), ...input })).toHaveProperty([name], value);
    }
  });

  test.each(bad.map((value) => [value]))('may not be %j, and the refusal names it (R43)', (value) => {
    for (const input of [{ [name]: value }, nested(name, value)]) {
      const { code, sentence } = refusal({ ...along(name, value), ...input });
      expect(code).toBe('settings.invalid');
      expect(sentence.en).toContain(`setting ${name}: expected`);
    }
  });

  test('has a default that is acceptable itself', () => {
    expect(SETTINGS[name as SettingName].parse(SETTINGS[name as SettingName].fallback)).toHaveProperty('value');
    expect(parseSettings({})).toHaveProperty([name], SETTINGS[name as SettingName].fallback);
  });
});

test.each([
  ['web.prot', 'web.port'],
  ['gateway.leaseSecond', 'gateway.leaseSeconds'],
  ['timezone', 'timeZone'],
  ['targets.allowloopback', 'targets.allowLoopback'],
])('the unknown setting %s is refused, and %s is offered', (key, near) => {
  for (const input of [{ [key]: 1 }, nested(key, 1)]) {
    const { code, sentence } = refusal(input);
    expect(code).toBe('settings.unknown');
    expect(sentence.en).toBe(`no setting is called ${key}; did you mean ${near}?`);
    expect(sentence.zh).toContain(near);
  }
});

test.each(['recording', 'recordings.enabled', '__proto__x', 'constructor', 'a.b.c.d'])(
  'the unknown setting %s is refused without a guess',
  (key) => {
    const { code, sentence } = refusal({ [key]: false });
    expect(code).toBe('settings.unknown');
    expect(sentence.en).not.toContain('did you mean');
  },
);

test.each([[null], ['text'], [[]], [7]])('settings that are %j are refused', (input) => {
  expect(refusal(input).code).toBe('settings.invalid');
});

test('a certificate without its key is refused, and so is the key alone (R25)', () => {
  for (const name of ['web.tlsCertificate', 'web.tlsKey']) {
    expect(refusal({ [name]: '/file.pem' }).sentence.en).toContain('certificate and key together');
  }
});

test('no setting turns recording off (R18)', () => {
  const names = Object.keys(SETTINGS).filter((name) => name.startsWith('recordings.'));
  expect(names).toEqual(['recordings.reserveMiB', 'recordings.retentionDays']);
  expect(SETTINGS['recordings.retentionDays'].fallback).toBe(400);
});

test('records are kept for half a year at the least, and the refusal names the rule (R20)', () => {
  const { sentence } = refusal({ 'recordings.retentionDays': 182 });
  expect(sentence.zh).toContain('豫发改公管〔2023〕264号');
  expect(sentence.en).toContain('a whole number from 183');
});

test('settings cannot be changed once they are in force', () => {
  const settings = parseSettings({});
  expect(Object.isFrozen(settings)).toBe(true);
});
