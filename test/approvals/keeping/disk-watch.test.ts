import { expect, test } from 'vitest';
import { createDiskWatch } from '../../../approvals/keeping/disk-watch.ts';
import { forecast } from '../../../recordings/space/disk-forecast.ts';
import { silentLogger } from '../../../store/core/logger.ts';
import { refusal } from '../../identity/cast.ts';
import { onEachDatabase } from '../../support/databases.ts';
import { createWorld } from '../world.ts';

onEachDatabase((under) => {
  test('a disk that fills is said once, and once when it no longer does, across restarts (R20)', async () => {
    const at = await createWorld(under.current());
    let freeBytes = 1000;
    const measure = async () => forecast({ freeBytes, recentBytes: 280, days: 28 }, 100);
    const make = () => createDiskWatch({ ...at, logger: silentLogger, measure });
    const said = async () => (await at.evidence()).filter(({ type }) => type.startsWith('disk.'));
    const watch = make();
    await watch.look();
    expect(await said()).toEqual([]);
    freeBytes = 300;
    await watch.look();
    await watch.look();
    await make().look();
    expect(await said()).toMatchObject([{ type: 'disk.warning', details: { freeBytes: 300, daysLeft: 20 } }]);
    freeBytes = 900;
    await make().look();
    await watch.look();
    expect((await said()).map(({ type }) => type)).toEqual(['disk.warning', 'disk.recovered']);
    expect((await watch.read(at.boss.user)).daysLeft).toBe(80);
    expect(await refusal(watch.read(at.engineer.user))).toBe('role.not-allowed');
  });
});
