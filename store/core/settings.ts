// Every setting there is: one table with its default, its check and its meaning. Parsed once at the start into a
// frozen object; an unknown key is an error that names the nearest known one.

import { nearest } from './nearest.ts';
import { defineRefusal, type Refusal } from './refusal.ts';
import { RETENTION_FLOOR_DAYS } from './retention.ts';

interface Setting<T> {
  readonly fallback: T;
  readonly meaning: string;
  /** The value when it is acceptable; a sentence saying what was expected otherwise. */
  readonly parse: (value: unknown) => { readonly value: T } | { readonly expected: string };
}

const text = (fallback: string, meaning: string): Setting<string> => ({
  fallback,
  meaning,
  parse: (value) => (typeof value === 'string' && value !== '' ? { value } : { expected: 'a text that is not empty' }),
});

const optionalText = (meaning: string): Setting<string | null> => ({
  fallback: null,
  meaning,
  parse: (value) =>
    value === null || (typeof value === 'string' && value !== '') ? { value } : { expected: 'a text, or null' },
});

const whole = (fallback: number, least: number, most: number, meaning: string): Setting<number> => ({
  fallback,
  meaning,
  parse: (value) =>
    typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most
      ? { value }
      : { expected: `a whole number from ${least} to ${most}` },
});

const yesNo = (fallback: boolean, meaning: string): Setting<boolean> => ({
  fallback,
  meaning,
  parse: (value) => (typeof value === 'boolean' ? { value } : { expected: 'true or false' }),
});

const oneOf = <T extends string>(fallback: T, others: readonly T[], meaning: string): Setting<T> => ({
  fallback,
  meaning,
  parse(given) {
    const value = [fallback, ...others].find((each) => each === given);
    return value === undefined
      ? { expected: [fallback, ...others].map((each) => `"${each}"`).join(' or ') }
      : { value };
  },
});

const zone = (fallback: string, meaning: string): Setting<string> => ({
  fallback,
  meaning,
  parse: (value) =>
    typeof value === 'string' && isZone(value) ? { value } : { expected: 'an IANA time zone such as Asia/Shanghai' },
});

const retention = (fallback: number, meaning: string): Setting<number> => {
  const days = whole(fallback, RETENTION_FLOOR_DAYS, 36_500, meaning);
  return {
    ...days,
    parse(given) {
      const parsed = days.parse(given);
      if (!('expected' in parsed)) return parsed;
      return {
        expected: `${parsed.expected}, because the rules (豫发改公管〔2023〕264号) demand six months at the least`,
      };
    },
  };
};

function isZone(value: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: value });
    return true;
  } catch {
    return false;
  }
}

export const SETTINGS = {
  'web.host': text('127.0.0.1', 'address the web server listens on'),
  'web.port': whole(8080, 0, 65_535, 'port of the web server; 0 picks a free one'),
  'web.publicUrl': optionalText('how browsers reach the web server, such as https://sluice.example; used in links'),
  'web.tlsCertificate': optionalText('file with the PEM certificate chain; null serves plain HTTP, for loopback only'),
  'web.tlsKey': optionalText('file with the PEM private key that goes with it'),
  'web.requestsPerMinute': whole(1200, 60, 1_000_000, 'requests from one address that are answered in a minute'),
  'gateway.host': text('127.0.0.1', 'address the SSH port listens on while a channel may open'),
  'gateway.port': whole(2222, 0, 65_535, 'the SSH port; 0 picks a free one'),
  'gateway.listen': oneOf<'on-demand' | 'always'>(
    'on-demand',
    ['always'],
    'on-demand binds the SSH port while a ticket is in its window; always, for who monitors it: strangers are dropped',
  ),
  'gateway.idleMinutes': whole(30, 1, 1440, 'a session without a byte for this long is closed'),
  'gateway.graceSeconds': whole(120, 5, 600, 'how long a client may take to sign in'),
  'gateway.superviseSeconds': whole(
    600,
    1,
    3600,
    'a session whose ticket asks for a supervisor waits so long for one to watch, and ends then',
  ),
  'gateway.finishMinutes': whole(
    10,
    1,
    120,
    'where a ticket lets what runs finish, it may go on for so long after the window',
  ),
  'gateway.leaseSeconds': whole(5, 1, 60, 'silence of the controller for this long closes every session'),
  'gateway.workers': whole(4, 0, 64, 'processes that carry SSH connections; 0 leaves it to the one that listens'),
  'login.codeFreshMinutes': whole(
    10,
    0,
    60,
    'whoever signs in with an SSH key is asked for the one-time code once per user name and source for so long; 0 always asks',
  ),
  'recordings.reserveMiB': whole(256, 1, 1_048_576, 'free disk space that recordings never use up'),
  'recordings.retentionDays': retention(
    400,
    'so many days after a session its recording may be asked to be destroyed, by two people; time alone destroys nothing',
  ),
  'originals.files': whole(
    10_000,
    1,
    1_000_000,
    'files and folders that are copied at most before a channel opens whose ticket declares changes; more: it does not open',
  ),
  'originals.totalMiB': whole(2048, 1, 1_048_576, 'the same in MiB, all of them together'),
  'originals.fileMiB': whole(
    1024,
    1,
    1_048_576,
    'the same for a single file, also for one that sftp is about to change',
  ),
  'originals.minutes': whole(10, 1, 240, 'how long that copying may take'),
  'evidence.policy': optionalText(
    'file that names the witnesses of the evidence log and how many are enough (C2SP tlog-policy); relative to the data folder',
  ),
  'evidence.witnessSeconds': whole(10, 1, 3600, 'witnesses are asked for their cosignature at most every so often'),
  'evidence.witnessSilentMinutes': whole(10, 1, 1440, 'a witness that has not answered for this long is an event'),
  'evidence.witnessByHandDays': whole(
    8,
    1,
    366,
    'the same for a witness without a URL, whose answers are carried by hand',
  ),
  'evidence.timestampAuthority': optionalText(
    'URL of an RFC 3161 authority that timestamps the evidence log; null: none',
  ),
  'evidence.timestampCertificates': optionalText(
    'file with its PEM certificate, or that of whoever issued it; relative to the data folder',
  ),
  'evidence.timestampMinutes': whole(60, 1, 1440, 'how often the evidence log is timestamped'),
  'notices.smtp': optionalText(
    'mail server for notices, smtps://user@host:465 or smtp://host:587 (STARTTLS is demanded unless it is this machine)',
  ),
  'notices.smtpPassword': optionalText('file with the password of that user; relative to the data folder'),
  'notices.from': optionalText('e-mail address that notices come from'),
  'notices.webhook': optionalText('URL that gets every notice as signed JSON; https, or this machine'),
  'notices.webhookSecret': optionalText('file with the secret it is signed under; relative to the data folder'),
  'notices.wecom': optionalText('file with the URL of a 企业微信 group robot; relative to the data folder'),
  'notices.dingtalk': optionalText(
    'file with the URL of a 钉钉 group robot, and its signing secret on a second line; relative to the data folder',
  ),
  'notices.unclosedDays': whole(
    3,
    1,
    366,
    'a ticket not closed so many days after its window is an event and a notice',
  ),
  'database.url': optionalText('postgresql://… ; null keeps the data in an SQLite file in the data folder'),
  'targets.allowLoopback': yesNo(false, 'whether targets on this very machine may be registered'),
  timeZone: zone('Asia/Shanghai', "the centre's time zone"),
} as const;

export type SettingName = keyof typeof SETTINGS;
export type Settings = {
  readonly [Name in SettingName]: (typeof SETTINGS)[Name] extends Setting<infer T> ? T : never;
};

export const badSetting = defineRefusal<{ key: string; expected: string; got: string }>(
  'settings.invalid',
  'invalid',
  ({ key, expected, got }) => ({
    zh: `设置 ${key} 有误：应为 ${expected}，实为 ${got}`,
    en: `setting ${key}: expected ${expected}, got ${got}`,
  }),
);

export const unknownSetting = defineRefusal<{ key: string; near: string | undefined }>(
  'settings.unknown',
  'invalid',
  ({ key, near }) => ({
    zh: `没有名为 ${key} 的设置${near === undefined ? '' : `，是否想写 ${near}`}`,
    en: `no setting is called ${key}${near === undefined ? '' : `; did you mean ${near}?`}`,
  }),
);

/** `input` is nested or dotted: `{ "web": { "port": 8080 } }` and `{ "web.port": 8080 }` mean the same. */
export function parseSettings(input: unknown): Settings {
  const given = flatten(input);
  const names = Object.keys(SETTINGS);
  for (const key of given.keys()) {
    if (!names.includes(key)) throw unknownSetting({ key, near: nearest(key, names) });
  }
  const entries = Object.entries(SETTINGS).map(([key, setting]) => [key, settingOf(key, setting, given)]);
  const settings: Settings = Object.freeze(Object.fromEntries(entries));
  if ((settings['web.tlsCertificate'] === null) !== (settings['web.tlsKey'] === null)) {
    throw badSetting({ key: 'web.tlsKey', expected: 'certificate and key together', got: 'only one of them' });
  }
  if (settings['evidence.timestampAuthority'] !== null && settings['evidence.timestampCertificates'] === null) {
    const key = 'evidence.timestampCertificates';
    throw badSetting({ key, expected: "the authority's certificate, to check what it sends", got: 'null' });
  }
  return settings;
}

function settingOf(key: string, setting: Setting<unknown>, given: ReadonlyMap<string, unknown>): unknown {
  if (!given.has(key)) return setting.fallback;
  const parsed = setting.parse(given.get(key));
  if ('expected' in parsed) throw refuse(key, parsed.expected, given.get(key));
  return parsed.value;
}

function refuse(key: string, expected: string, got: unknown): Refusal {
  return badSetting({ key, expected, got: JSON.stringify(got) ?? String(got) });
}

function flatten(input: unknown): Map<string, unknown> {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    throw refuse('(the file)', 'a JSON object', input);
  }
  const flat = new Map<string, unknown>();
  const walk = (prefix: string, value: object): void => {
    for (const [name, field] of Object.entries(value)) {
      const key = `${prefix}${name}`;
      if (typeof field === 'object' && field !== null && !Array.isArray(field)) walk(`${key}.`, field);
      else flat.set(key, field);
    }
  };
  walk('', input);
  return flat;
}
