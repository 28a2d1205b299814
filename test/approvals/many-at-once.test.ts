// Fifty who approve, withdraw, refuse, revise, revoke, report and open the same ticket at once: whatever comes first, one
// legal history is left, and the evidence tells exactly it (R3).

import { expect, test } from 'vitest';
import { ARCS } from '../../approvals/ticket/machine.ts';
import type { EvidenceType } from '../../audit/event.ts';
import { refusal } from '../identity/cast.ts';
import { onEachDatabase } from '../support/databases.ts';
import { createWorld, HOUR, REPORT } from './world.ts';

const CLIENTS = 50;
const EXPECTED = [
  'step-up.required',
  'allowed',
  'ticket.not-possible-now',
  'ticket.changed',
  'ticket.not-approved',
  'duty.decides-twice',
  'ticket.content-changed',
];
const MOVES: readonly EvidenceType[] = [
  'ticket.submitted',
  'ticket.endorsed',
  'ticket.approved',
  'ticket.refused',
  'ticket.revoked',
  'ticket.withdrawn',
  'ticket.revised',
  'ticket.reported',
];

onEachDatabase((under) => {
  test('one legal history is left, and the evidence tells exactly it (R3, R8)', async () => {
    const at = await createWorld(under.current());
    const second = await at.actor('wang-zhuren', 'head');
    const third = await at.actor('qian-zhuren', 'head');
    await at.group({ filing: false, approvals: 2 });
    const now = at.clock.now();
    const { id, read } = await at.submitted({ windowStart: now, windowEnd: now + 12 * HOUR });
    await at.approve(id, read);
    const shown = (await at.tickets.get(second.user, id)).shown?.hash ?? '';
    // A factor is good for a minute, and each takes one.
    const factors = [
      [third, await at.fresh(third.user, third.member, 'ticket.approve')],
      [second, await at.fresh(second.user, second.member, 'ticket.approve')],
    ] as const;
    const revoking = await at.stepUp(at.head.user, at.code(at.head.member), 'ticket.revoke');
    const acts = [
      (nth: number) => {
        const [{ user }, fresh] = factors[nth % 2 === 0 ? 0 : 1];
        return at.tickets.approve(user, fresh, id, shown);
      },
      () => at.gate.decide(at.engineer.user, at.request()),
      () => at.tickets.report(at.engineer.user, id, REPORT),
      () => at.tickets.revoke(at.head.user, revoking, id, '停'),
      () => at.tickets.withdraw(at.engineer.user, id),
      () => at.tickets.refuse(at.head.user, id, '否'),
      () => at.gate.decide(at.engineer.user, at.request({ kind: 'exec', command: 'id' })),
    ] as const;
    const answers = await Promise.all(
      Array.from({ length: CLIENTS }, (_, nth) => {
        const act = acts[nth % acts.length] ?? acts[0];
        return refusal(act(Math.floor(nth / acts.length)));
      }),
    );
    for (const answer of answers) expect(EXPECTED).toContain(answer);

    const history = await at.database.transaction((tx) =>
      tx.selectFrom('ticket_transition').selectAll().where('ticket_id', '=', id).orderBy('version').execute(),
    );
    const row = await at.database.transaction((tx) =>
      tx.selectFrom('ticket').select(['state', 'version']).where('id', '=', id).executeTakeFirstOrThrow(),
    );
    let state = 'draft';
    for (const { from_state, to_state } of history) {
      expect(from_state).toBe(state);
      expect(Object.values(ARCS[from_state]).flat()).toContain(to_state);
      state = to_state;
    }
    expect(row).toMatchObject({ state, version: history.at(-1)?.version });
    expect(history.map(({ version }) => version)).toEqual(history.map((_, nth) => nth + 2));
    const said = (await at.evidence()).filter(
      ({ type, details }) => MOVES.includes(type) && 'ticket' in details && details.ticket === id,
    );
    expect(said).toHaveLength(history.length);
  });
});
