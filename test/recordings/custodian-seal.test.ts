// What was typed, sealed to custodians: who can open it and who cannot, with age's own program as the custodian's.

import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { expect, test } from 'vitest';
import type { TrackHeader } from '../../recordings/format/header.ts';
import { readHeader } from '../../recordings/read/read-header.ts';
import { readTrack } from '../../recordings/read/read-track.ts';
import { combineShares, custodianCapsule, custodianTerms, isShareOf } from '../../recordings/storage/custodian-seal.ts';
import { opensWithRecordsKey, unwrapTrackKey } from '../../recordings/storage/recording-keys.ts';
import { newId } from '../../store/core/ids.ts';
import { Secret } from '../../store/core/secret.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { FINISHED, RECORDS_KEY, stage } from './support.ts';

interface SealedCase {
  readonly identities: readonly string[];
  readonly recipients: readonly string[];
  readonly header: TrackHeader;
  readonly file: string;
}

async function sealedTo(custodians: number, threshold = 2): Promise<SealedCase> {
  const identities = await Promise.all(Array.from({ length: custodians }, () => generateX25519Identity()));
  const recipients = await Promise.all(identities.map((identity) => identityToRecipient(identity)));
  const { open, directory } = stage();
  const recording = await open({ custodians: { threshold, recipients } });
  await recording.input(Buffer.from('hunter2\r'));
  await recording.seal(FINISHED);
  const file = join(directory, 'keys.track');
  const header = await readHeader(file);
  if (header === undefined) throw new Error('expected a header');
  return { identities, recipients, header, file };
}

/** What `age -d` makes of that custodian's capsule. */
function shareOf({ header, identities, recipients }: SealedCase, nth: number, by = nth): Buffer {
  const capsule = custodianCapsule(RECORDS_KEY, header, recipients[nth] ?? '');
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'identity'), identities[by] ?? '');
  writeFileSync(join(folder, 'capsule'), capsule ?? '');
  const { status, stdout } = spawnSync('/usr/bin/age', ['-d', '-i', join(folder, 'identity'), join(folder, 'capsule')]);
  if (status !== 0) throw new Error('age did not open it');
  return stdout;
}

test('any two of three custodians open what was typed, each with their own age (R42)', async () => {
  const sealed = await sealedTo(3);
  const shares = [0, 1, 2].map((nth) => shareOf(sealed, nth));
  for (const pair of [
    [0, 1],
    [1, 2],
    [2, 0],
  ]) {
    const key = await combineShares(
      sealed.header,
      pair.map((nth) => shares[nth] ?? Buffer.alloc(0)),
    );
    const typed = [];
    for await (const event of readTrack(sealed.file, () => key)) if (event.kind === 'input') typed.push(event.bytes);
    expect(Buffer.concat(typed).toString()).toBe('hunter2\r');
  }
});

test('one custodian, the records key, or a wrong share open nothing (R42)', async () => {
  const sealed = await sealedTo(3);
  const { header, recipients } = sealed;
  const [first = Buffer.alloc(0), second = Buffer.alloc(0)] = [shareOf(sealed, 0), shareOf(sealed, 1)];
  expect(opensWithRecordsKey(header)).toBe(false);
  expect(() => unwrapTrackKey(RECORDS_KEY, header)).toThrow(expect.objectContaining({ code: 'recording.key' }));
  expect(await combineShares(header, [first])).toBeUndefined();
  const wrong = Buffer.from(second);
  wrong.writeUInt8(wrong.readUInt8(0) ^ 1, 0);
  expect(await combineShares(header, [first, wrong])).toBeUndefined();
  const terms = custodianTerms(header);
  if (terms === undefined) throw new Error('expected terms');
  expect(isShareOf(terms, recipients[1] ?? '', second)).toBe(true);
  expect(isShareOf(terms, recipients[1] ?? '', wrong)).toBe(false);
  expect(isShareOf(terms, recipients[0] ?? '', second)).toBe(false);
  expect(() => shareOf(sealed, 0, 1)).toThrow('age did not open it');
});

test('a capsule opens under its own records key, in its own session and for its own custodian only (R25)', async () => {
  const { header, recipients } = await sealedTo(2);
  const [own = '', other = ''] = recipients;
  expect(custodianCapsule(RECORDS_KEY, header, own)).toBeDefined();
  expect(custodianCapsule(Secret.ofBytes(Buffer.alloc(32, 9)), header, own)).toBeUndefined();
  expect(custodianCapsule(RECORDS_KEY, { ...header, session: newId('ses') }, own)).toBeUndefined();
  const swapped = header.recipients.map(({ to, capsule }) => ({
    capsule,
    to: to === `custodian:${own}` ? `custodian:${other}` : to,
  }));
  expect(custodianCapsule(RECORDS_KEY, { ...header, recipients: swapped }, other)).toBeUndefined();
});

test.each([
  ['no terms', (all: TrackHeader['recipients']) => all.filter(({ to }) => to !== 'custodian-terms')],
  ['a custodian missing', (all: TrackHeader['recipients']) => all.slice(0, -1)],
  ['terms that are no JSON', (all: TrackHeader['recipients']) => all.map((each) => ({ ...each, capsule: 'AAAA' }))],
  [
    'a threshold of one',
    (all: TrackHeader['recipients']) =>
      all.map((each) =>
        each.to === 'custodian-terms'
          ? { ...each, capsule: Buffer.from('{"commitment":"","shares":["",""],"threshold":1}').toString('base64') }
          : each,
      ),
  ],
])('%s: the header names no custodians that could be asked (R43)', async (_, change) => {
  const { header } = await sealedTo(2);
  expect(custodianTerms({ recipients: change(header.recipients) })).toBeUndefined();
});

test('what was typed is nowhere on the screen track where it was not drawn', async () => {
  const { file } = await sealedTo(2);
  expect(readFileSync(file).includes('hunter2')).toBe(false);
});
