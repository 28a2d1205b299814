import { expect, test } from 'vitest';
import { differences, firstStates, type ListedManifest } from '../../../approvals/originals/difference.ts';
import type { Item, Purpose } from '../../../approvals/originals/manifest.ts';
import { newId } from '../../../store/core/ids.ts';

const item = (path: string, change: Partial<Item> = {}): Item => ({
  path,
  type: 'file',
  mode: 0o644,
  size: 1,
  modified: 1,
  sha256: 'a',
  link: null,
  op: null,
  why: null,
  ...change,
});
const folder = (path: string) => item(path, { type: 'folder', sha256: null });
const absent = (path: string) => item(path, { type: 'absent', sha256: null, mode: null, size: null });

function manifest(purpose: Purpose, items: readonly Item[], change: Partial<ListedManifest> = {}): ListedManifest {
  const ids = { id: newId('man'), ticket: newId('tkt'), targetAccount: newId('tac'), session: newId('ses') };
  const opening = purpose === 'opening' ? { windowStart: 1, declared: ['/app'] } : { windowStart: null, declared: [] };
  return { ...ids, purpose, at: 1, complete: true, why: null, sha256: null, ...opening, items, ...change };
}

const told = (manifests: readonly ListedManifest[], after: readonly Item[]) =>
  differences(firstStates(manifests), after).map(({ path, how, declared }) => [path, how, declared]);

const FIRST = [
  folder('/app'),
  item('/app/a'),
  item('/app/b'),
  item('/app/c'),
  item('/app/d', { type: 'unread', sha256: null, why: 'no-permission' }),
];

test('added, changed, removed, rights, and what cannot be known are told apart (R3)', () => {
  const after = [
    folder('/app'),
    item('/app/a', { sha256: 'b' }),
    item('/app/c', { mode: 0o600 }),
    item('/app/d'),
    item('/app/e'),
    item('/app/f', { type: 'unread', sha256: null, why: 'no-permission' }),
  ];
  expect(told([manifest('opening', FIRST)], after)).toEqual([
    ['/app/a', 'changed', true],
    ['/app/b', 'removed', true],
    ['/app/c', 'mode', true],
    ['/app/d', 'no-original', true],
    ['/app/e', 'added', true],
    ['/app/f', 'unread', true],
  ]);
});

test('the first whole copy counts, whatever a later window found (R3)', () => {
  const later = manifest('opening', [folder('/app'), item('/app/a', { sha256: 'b' }), item('/app/new')], { at: 2 });
  const after = [folder('/app'), item('/app/a', { sha256: 'b' }), item('/app/new')];
  expect(told([manifest('opening', [folder('/app'), item('/app/a')]), later], after)).toEqual([
    ['/app/a', 'changed', true],
    ['/app/new', 'added', true],
  ]);
});

test('where the originals are not whole nothing is called added (R3)', () => {
  const opening = manifest('opening', [folder('/app')], { complete: false, why: 'too-large' });
  expect(told([opening], [folder('/app'), item('/app/x')])).toEqual([['/app/x', 'no-original', true]]);
});

test('what sftp touched beside it is compared with its first state, and what came to nothing is left out (R3)', () => {
  const touched = manifest('touched', [
    item('/etc/a', { op: 'open' }),
    item('/etc/a', { op: 'open', sha256: 'z' }),
    absent('/etc/new'),
    absent('/etc/never'),
    item('/app/a', { sha256: 'q' }),
    item('/etc/same', { sha256: null, op: 'setstat' }),
  ]);
  const after = [
    folder('/app'),
    item('/app/a'),
    item('/etc/a', { sha256: 'b' }),
    item('/etc/new'),
    absent('/etc/never'),
    item('/etc/same'),
  ];
  expect(told([manifest('opening', [folder('/app'), item('/app/a')]), touched], after)).toEqual([
    ['/etc/a', 'changed', false],
    ['/etc/new', 'added', false],
  ]);
});
