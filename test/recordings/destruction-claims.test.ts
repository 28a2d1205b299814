import { expect, test } from 'vitest';
import { collectDestructions } from '../../recordings/verify/destruction-claims.ts';
import { collectClaims } from '../../recordings/verify/recording-claims.ts';
import type { Json } from '../../store/core/canonical-json.ts';
import { newId } from '../../store/core/ids.ts';

const DAY = 86_400_000;
const [session, ticket] = [newId('ses'), newId('tkt')];
const track = { head: 'ab', frames: 3, bytes: 99 };
const tracks = { screen: track, keys: track };
const about = { request: 'req_1', session };

type Step = readonly [type: string, day: number, details: { readonly [name: string]: Json }];

const END: Step = ['session.ended', 0, { session }];
const SEALED: Step = ['recording.sealed', 0, { session, tracks }];
const ASKED: Step = ['destroy.requested', 183, { ...about, terms: { sessions: [session] } }];
const APPROVED: Step = ['destroy.approved', 183, about];
const HELD: Step = ['hold.placed', 100, { hold: 'hld_1', session }];
const TICKET_HELD: Step = ['hold.placed', 100, { hold: 'hld_2', ticket }];
const LIFTED: Step = ['hold.lifted', 150, { hold: 'hld_1', session }];
const gone = (day: number, change: { readonly [name: string]: Json } = {}): Step => [
  'recording.destroyed',
  day,
  { ...about, asked: 'acc_1', approved: 'acc_2', reason: '保存期满', tracks, ...change },
];
const OPENED: Step = ['session.opened', 0, { session, ticket }];
const START: readonly Step[] = [OPENED, ['recording.opened', 0, { session, heads: { screen: '01', keys: '02' } }]];

function findings(steps: readonly Step[]): readonly string[] {
  const [allowed, claims] = [collectDestructions(), collectClaims()];
  for (const [index, [type, day, details]] of [...START, ...steps].entries()) {
    const event = { index, at: day * DAY, type, details };
    allowed.add(event, 'leaves');
    claims.add(event, 'leaves');
  }
  return [...allowed.findings, ...claims.findings()].map(({ sentence }) => sentence.en);
}

const two = expect.stringContaining('two people');
const early = expect.stringContaining('183 days');
const hold = expect.stringContaining('a hold kept it');
const another = expect.stringContaining('is not what the log says');

test.each([
  ['nothing', [END, SEALED, ASKED, APPROVED, gone(183)], []],
  ['nothing after a hold was lifted', [END, SEALED, HELD, LIFTED, ASKED, APPROVED, gone(183)], []],
  ['a day too early', [END, SEALED, ASKED, APPROVED, gone(182)], [early]],
  ['a session without an end', [SEALED, ASKED, APPROVED, gone(183)], [early]],
  ['nobody asked', [END, SEALED, APPROVED, gone(183)], [two]],
  ['nobody approved', [END, SEALED, ASKED, gone(183)], [two]],
  ['approved afterwards', [END, SEALED, ASKED, gone(183), APPROVED], [two]],
  [
    'another session was asked about',
    [END, SEALED, [ASKED[0], 183, { ...about, terms: {} }], APPROVED, gone(183)],
    [two],
  ],
  ['one person twice', [END, SEALED, ASKED, APPROVED, gone(183, { approved: 'acc_1' })], [two]],
  ['a hold on the session', [END, SEALED, HELD, ASKED, APPROVED, gone(183)], [hold]],
  ['a hold on the ticket', [END, SEALED, TICKET_HELD, ASKED, APPROVED, gone(183)], [hold]],
  [
    'something else was destroyed',
    [END, SEALED, ASKED, APPROVED, gone(183, { tracks: { ...tracks, keys: { ...track, head: 'cd' } } })],
    [another],
  ],
  ['a track less was destroyed', [END, SEALED, ASKED, APPROVED, gone(183, { tracks: { screen: track } })], [another]],
] as const)('of a destruction the log is asked: %s (R19, R20, R21)', (_what, steps, expected) => {
  expect(findings(steps)).toEqual(expected);
});
