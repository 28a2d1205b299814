import { expect, test } from 'vitest';
import { createEvidenceLog, readHead } from '../../audit/append.ts';
import type { EvidenceEvent } from '../../audit/event.ts';
import { EMPTY_EDGE, extend, leafHash, rootOf } from '../../audit/merkle.ts';
import type { Tx } from '../../store/database.ts';
import { onEachDatabase } from '../support/databases.ts';
import { ManualClock } from '../support/manual-clock.ts';

const started: EvidenceEvent = { type: 'system.started', actor: { kind: 'system' }, details: { version: '1' } };

onEachDatabase((under) => {
  const run = <T>(work: (tx: Tx) => Promise<T>) => under.current().transaction(work);
  const log = createEvidenceLog({ clock: new ManualClock(), origin: 'sluice/test' });
  const leaves = () => run((tx) => tx.selectFrom('evidence').selectAll().orderBy('leaf_index').execute());

  test('the first leaf names the log, the next ones follow without a gap (R19)', async () => {
    await run((tx) => log.append(tx, started));
    await run(async (tx) => {
      await log.append(tx, started);
      await log.append(tx, { ...started, source: '192.0.2.1' });
    });
    const rows = await leaves();
    expect(rows.map(({ leaf_index }) => leaf_index)).toEqual([0, 1, 2, 3]);
    expect(JSON.parse(rows[0]?.leaf ?? '')).toMatchObject({ type: 'log.started', details: { origin: 'sluice/test' } });
    expect(rows[3]?.leaf).toBe(
      '{"actor":{"kind":"system"},"at":1773316800000,"details":{"version":"1"},"index":3,"mono":0,' +
        '"source":"192.0.2.1","type":"system.started","v":1}',
    );
    const edge = rows.map(({ leaf }) => leafHash(Buffer.from(leaf))).reduce(extend, EMPTY_EDGE);
    const head = await run(readHead);
    expect(head.size).toBe(4);
    expect(rootOf(head)).toEqual(rootOf(edge));
  });

  test('an event is there exactly when the state it speaks of is (R19)', async () => {
    const failing = run(async (tx) => {
      await log.append(tx, started);
      throw new Error('stop');
    });
    await expect(failing).rejects.toThrow('stop');
    expect(await leaves()).toEqual([]);
    expect(rootOf(await run(readHead))).toEqual(rootOf(EMPTY_EDGE));
  });

  test('no text from outside keeps an event out of the log (R17)', async () => {
    const hostile = ['\u0000', '\ud800', '\udfff\ud800', '‮gnp.exe', '\u001b]52;c;AAAA\u0007', '\n{"v":1}\n', '\u2028'];
    for (const name of hostile) {
      const actor = { kind: 'nobody', name } as const;
      const details = { action: name, code: 'x', request: { [name]: [name, 0.5, Number.NaN, 2 ** 60, null, true] } };
      await run((tx) => log.append(tx, { type: 'access.refused', actor, source: name, details }));
    }
    const rows = await leaves();
    expect(rows).toHaveLength(hostile.length + 1);
    for (const { leaf } of rows) expect(leaf).not.toContain('\n');
  });

  test('appends at the same time all arrive, one after the other (R19)', async () => {
    await Promise.all(Array.from({ length: 6 }, () => run((tx) => log.append(tx, started))));
    expect(await leaves()).toHaveLength(7);
    expect((await run(readHead)).size).toBe(7);
  });
});
