// Words of shutting out.

import type { Mirror } from '../mirror.ts';
import type { locks as zh } from '../zh/locks.ts';

export const locks: Mirror<typeof zh> = {
  locks: {
    title: 'Lockdown',
    say: 'When an account has leaked, a source is hostile or a target is attacked, cut it off here at once. What is open closes immediately.',
    place: 'Shut out now',
    none: 'Nothing is shut out',
    noneSay: 'When it is needed, “Shut out now” takes no code and holds within seconds.',
    scope: 'What to shut out',
    scopes: {
      person: 'A person',
      vendor: 'A vendor',
      target: 'A target',
      source: 'A source address',
      everything: 'Everything',
    },
    subject: 'Which one',
    choose: 'Choose…',
    missingSubject: 'Choose or enter what to shut out.',
    sourceHint: 'An IP address or a block, such as 203.0.113.7 or 203.0.113.0/24.',
    will: {
      person:
        'Their sessions are cut and every sign-in ends; until it is lifted, even the right password and code let nobody in.',
      vendor: 'The sessions of all its people are cut and every sign-in ends; none of them gets in until it is lifted.',
      target: 'Sessions to it are cut at once, and no ticket opens it.',
      source: 'Sessions from there are cut and every sign-in ends; nobody gets in from there until it is lifted.',
      everything:
        'All sessions are cut, the SSH port closes, and no ticket opens anything, emergencies included. Lifting it takes two people, one of them a head.',
    },
    span: 'For how long',
    spans: { hour: '1 hour', day: '1 day', week: '7 days', month: '30 days' },
    what: {
      person: 'Shut out: {{name}}',
      vendor: 'Vendor shut out: {{name}}',
      target: 'Target shut out: {{name}}',
      source: 'Source shut out: {{name}}',
      everything: 'Full lockdown',
    },
    by: 'By {{name}},',
    until: 'until',
    lift: 'Lift',
    agree: 'Agree to lift',
    asked: '{{name}} asked to lift it; somebody else has to agree',
    liftTitle: 'Lift the lock',
    liftSay: 'From then on channels can be opened again, as tickets allow.',
    liftAllSay:
      'A full lockdown is lifted by two people, one of them a head: the first asks, and it holds when the second agrees.',
    done: 'Shut out',
  },
};
