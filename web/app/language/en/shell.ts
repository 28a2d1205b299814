// Words of the frame around every page, of time, and of the small parts used everywhere.

import type { Mirror } from '../mirror.ts';
import type { shell as zh } from '../zh/shell.ts';

export const shell: Mirror<typeof zh> = {
  product: 'Sluice',
  tagline: 'Secure maintenance access',
  demo: 'Demonstration: people, organisations and data are fictitious.',
  nav: {
    label: 'Main navigation',
    home: 'Home',
    tickets: 'Change tickets',
    sessions: 'Sessions',
    people: 'People',
    targets: 'Targets',
    keys: 'My keys',
    signOut: 'Sign out',
    skip: 'Skip to content',
    menu: 'More',
  },
  settings: {
    language: 'Language',
    theme: 'Appearance',
    light: 'Light',
    dark: 'Dark',
    system: 'System',
  },
  role: {
    admin: 'Administrator',
    operator: 'Operator',
    auditor: 'Auditor',
    head: 'Centre head',
    section: 'Information section',
  },
  time: {
    today: 'today',
    tomorrow: 'tomorrow',
    yesterday: 'yesterday',
    days_one: '{{count}} day',
    days_other: '{{count}} days',
    hours_one: '{{count}} hour',
    hours_other: '{{count}} hours',
    minutes_one: '{{count}} minute',
    minutes_other: '{{count}} minutes',
  },
  act: {
    cancel: 'Cancel',
    close: 'Close',
    back: 'Back',
    copy: 'Copy',
    copied: 'Copied',
    retry: 'Try again',
    reload: 'Reload',
    loading: 'Loading',
    all: 'All',
    done: 'Done',
    thinkAgain: 'Not now',
  },
  code: {
    label: '6-digit code from the authenticator',
    hint: 'Submitted as soon as all 6 digits are in. Each code works once.',
    digits: 'One-time code, 6 digits',
  },
  reason: {
    label: 'Reason',
    hint: 'Goes into the evidence log and cannot be changed.',
    missing: 'Give a reason.',
  },
  error: {
    reference: 'Reference {{reference}}; quote it when reporting this.',
    title: 'This page did not open',
    notFound: 'There is no such page',
    notFoundHint: 'The address may be wrong, or what is here is not yours to see.',
    home: 'Go to the home page',
    unexpected: 'The page failed. Your data on the server is not affected. Reload and try again.',
  },
};
