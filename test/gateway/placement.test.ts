import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BULK_BYTES_PER_SECOND, place } from '../../bastion/gateway/workers/placement.ts';

const load = fc.record({
  connections: fc.nat({ max: 100 }),
  bytesPerSecond: fc.oneof(fc.constant(0), fc.nat({ max: 4 * BULK_BYTES_PER_SECOND })),
});

test('a connection goes where nothing large is moved, as long as there is such a worker', () => {
  fc.assert(
    fc.property(fc.array(load, { minLength: 1, maxLength: 8 }), (loads) => {
      const chosen = loads[place(loads)];
      const quiet = loads.filter(({ bytesPerSecond }) => bytesPerSecond < BULK_BYTES_PER_SECOND);
      const among = quiet.length === 0 ? loads : quiet;
      expect(among).toContain(chosen);
      expect(chosen?.connections).toBe(Math.min(...among.map(({ connections }) => connections)));
    }),
  );
});

test('connections that come one after the other are spread evenly', () => {
  const connections = [0, 0, 0];
  for (let n = 0; n < 9; n += 1) {
    const chosen = place(connections.map((count) => ({ connections: count, bytesPerSecond: 0 })));
    connections[chosen] = (connections[chosen] ?? 0) + 1;
  }
  expect(connections).toEqual([3, 3, 3]);
});
