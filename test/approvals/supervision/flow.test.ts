// Every state a watched session can be in, from one table.

import { expect, test } from 'vitest';
import { causeOf, type FlowState, flowOf, passes, type Watched } from '../../../approvals/supervision/flow.ts';

const yesNo = [true, false];
const EVERY: readonly Watched[] = yesNo.flatMap((supervised) =>
  [0, 1, 2].flatMap((watchers) =>
    yesNo.flatMap((held) => yesNo.map((begun) => ({ supervised, watchers, held, begun }))),
  ),
);

/** As the rules say it, not as the code does. */
function expected({ supervised, watchers, held, begun }: Watched): FlowState {
  const somebody = watchers > 0;
  if (supervised && !somebody) return begun ? 'frozen' : 'waiting';
  if (held) return begun ? 'frozen' : 'waiting';
  return 'live';
}

test.each(EVERY.map((each) => [JSON.stringify(each), each] as const))('%s (R6)', (_, watched) => {
  expect(flowOf(watched)).toBe(expected(watched));
  expect(passes(watched)).toBe(flowOf(watched) === 'live');
});

test('a hand that stopped it is named before an empty room (R6)', () => {
  expect(causeOf({ supervised: true, watchers: 0, held: true, begun: true })).toBe('held');
  expect(causeOf({ supervised: true, watchers: 0, held: false, begun: true })).toBe('unwatched');
});
