// Who is told what: written with the event, carried after it, tried again, given up on record. On each database.

import { expect, test } from 'vitest';
import { sayUnreviewed } from '../../../approvals/emergency/unreviewed.ts';
import { type Carrier, type Letter, type Medium, Undeliverable } from '../../../approvals/notices/notice.ts';
import type { Preference } from '../../../approvals/notices/notice-repository.ts';
import { kindsFor } from '../../../approvals/notices/occasion.ts';
import { createNoticeSettings } from '../../../approvals/notices/preferences.ts';
import { createNoticeSender } from '../../../approvals/notices/sender.ts';
import { appendAndTell } from '../../../approvals/notices/telling.ts';
import { createOverdueWatch } from '../../../approvals/overdue-watch.ts';
import { sayUnclosed } from '../../../approvals/ticket/unclosed.ts';
import { createEvidenceLog } from '../../../audit/append.ts';
import { silentLogger } from '../../../store/core/logger.ts';
import { refusal } from '../../identity/cast.ts';
import { onEachDatabase } from '../../support/databases.ts';
import { type Actor, createWorld, HOUR } from '../world.ts';

const MINUTE = 60_000;
const ALL: readonly Medium[] = ['email', 'webhook', 'wecom', 'dingtalk'];

onEachDatabase((under) => {
  async function scene(media: readonly Medium[] = ['email']) {
    const database = under.current();
    const taken: { medium: Medium; letter: Letter }[] = [];
    let trouble: Error | undefined;
    const carrier =
      (medium: Medium): Carrier =>
      async (letter) => {
        if (trouble !== undefined) throw trouble;
        taken.push({ medium, letter });
      };
    const world = await createWorld(database, (clock) =>
      appendAndTell(createEvidenceLog({ clock, origin: 'sluice/test' }).append, { clock, media: new Set(media) }),
    );
    const uses = { ...world, database, logger: silentLogger };
    const settings = createNoticeSettings({ ...uses, media: new Set(media) });
    const carriers = new Map(media.map((medium) => [medium, carrier(medium)]));
    const letterhead = { publicUrl: 'https://sluice.example', timeZone: world.timeZone };
    const sender = createNoticeSender({ ...uses, carriers, letterhead });
    const wants = async ({ user, member }: Actor, change: Partial<Preference> = {}) =>
      settings.set(user, await world.fresh(user, member, 'notice.manage'), {
        email: `${member.name}@centre.example`,
        language: 'zh',
        off: [],
        ...change,
      });
    const events = async (type: string) =>
      (await database.transaction((tx) => tx.selectFrom('evidence').select('leaf').execute()))
        .map(({ leaf }) => JSON.parse(leaf) as { type: string; details: Record<string, unknown> })
        .filter((event) => event.type === type)
        .map(({ details }) => details);
    return {
      ...world,
      database,
      settings,
      sender,
      wants,
      events,
      taken,
      letters: () => taken.splice(0).map(({ letter }) => letter),
      break: (error: Error | undefined) => {
        trouble = error;
      },
    };
  }

  test('the head hears that a ticket waits, its requester that it was approved, nobody else anything (R28)', async () => {
    const on = await scene();
    const rival = await on.actor('wang-gong', 'operator', '乙公司');
    await on.wants(on.engineer);
    await on.wants(on.head);
    await on.wants(rival);
    const { id, number, read } = await on.submitted();
    await on.sender.look();
    const [waiting, ...others] = on.letters();
    expect(others).toEqual([]);
    expect(waiting).toMatchObject({
      to: 'zhang-zhuren@centre.example',
      subject: `闸口：工单 ${number} 待审批`,
      link: `https://sluice.example/tickets/${id}`,
      ticket: { id, number },
    });
    expect(waiting?.lines.join('\n')).toContain('升级开标系统');
    expect(waiting?.lines.at(-1)).toContain('回复本邮件不起任何作用');
    await on.approve(id, read);
    await on.sender.look();
    expect(on.letters()).toMatchObject([{ to: 'li-gong@centre.example', subject: `闸口：工单 ${number} 已批准` }]);
  });

  test('everyone concerned hears of an emergency, when it is opened, reviewed, or not reviewed in time (R7, R28)', async () => {
    const on = await scene();
    const section = await on.actor('zhou-xinxi', 'section');
    const second = await on.actor('wang-zhuren', 'head');
    const auditor = await on.actor('wu-shenji', 'auditor');
    const rival = await on.actor('wang-gong', 'operator', '乙公司');
    const all = [on.engineer, on.head, section, second, auditor, rival];
    for (const each of all) await on.wants(each);
    const heard = async (words: string) => {
      await on.sender.look();
      const letters = on.letters().filter(({ subject }) => subject.includes(words));
      return letters.map(({ to }) => to?.split('@')[0]).sort();
    };
    const now = on.clock.now();
    const { id } = await on.submitted({ windowStart: now, windowEnd: now + HOUR, terms: { urgency: 'emergency' } });
    for (const each of [section, on.head]) {
      await on.approve(id, (await on.tickets.get(each.user, id)).shown?.hash ?? '', each);
    }
    const centre = ['wang-zhuren', 'wu-shenji', 'zhang-zhuren', 'zhou-xinxi'];
    expect(await heard('应急打开')).toEqual(['li-gong', ...centre]);
    on.clock.advance(24 * HOUR);
    await createOverdueWatch({ ...on, logger: silentLogger }, sayUnreviewed(on.append)).look();
    expect(await heard('逾期未复核')).toEqual(centre);
    await on.tickets.review(second.user, id, 'justified', '确属紧急');
    expect(await heard('已复核')).toEqual(['li-gong', 'wu-shenji', 'zhou-xinxi']);
  });

  test('what was rolled back is told to nobody', async () => {
    const on = await scene();
    await on.wants(on.head);
    const { id, contentHash } = await on.tickets.create(on.engineer.user, on.body());
    const act = on.database.transaction(async (tx) => {
      const details = { ticket: id, contentHash };
      await on.append(tx, { type: 'ticket.submitted', actor: { kind: 'system' }, details });
      throw new Error('the disk is full');
    });
    await expect(act).rejects.toThrow('the disk is full');
    await on.sender.look();
    expect(on.letters()).toEqual([]);
  });

  test('each person chooses: no address, no mail; a kind turned off; the language', async () => {
    const on = await scene();
    await on.submitted();
    await on.wants(on.head, { off: ['ticket.submitted'] });
    await on.submitted();
    await on.sender.look();
    expect(on.letters()).toEqual([]);
    await on.wants(on.head, { language: 'en' });
    const { number } = await on.submitted();
    await on.sender.look();
    expect(on.letters()).toMatchObject([{ subject: `Sluice: Ticket ${number} waits for approval` }]);
  });

  test('an address that is more than an address, and a kind of another role, are refused (R43, B9)', async () => {
    const on = await scene();
    for (const email of [
      'head',
      'a@b',
      'a@b.c\r\nBcc: x@y.cn',
      'A <a@b.cn>',
      'a@b.cn,c@d.cn',
      'a b@c.cn',
      `${'x'.repeat(65)}@b.cn`,
    ]) {
      expect(await refusal(on.wants(on.head, { email })), email).toBe('notice.address');
    }
    expect(await refusal(on.wants(on.engineer, { off: ['ticket.submitted'] }))).toBe('notice.kind');
    expect(kindsFor('operator')).not.toContain('ticket.submitted');
    expect(await on.settings.get(on.head.user)).toMatchObject({ email: null, mail: true });
  });

  test('one that is not taken is tried again, less and less often, for a day; then it is on record', async () => {
    const on = await scene();
    await on.wants(on.head);
    await on.submitted();
    on.break(new Error('451 not now'));
    for (let minutes = 0; minutes <= 26 * 60; minutes += 1) {
      await on.sender.look();
      on.clock.advance(MINUTE);
    }
    const [given, ...more] = await on.events('notice.given-up');
    expect(more).toEqual([]);
    expect(given).toMatchObject({ kind: 'ticket.submitted', medium: 'email', why: '451 not now' });
    const row = await on.database.transaction((tx) =>
      tx.selectFrom('notice_delivery').selectAll().executeTakeFirstOrThrow(),
    );
    expect(row).toMatchObject({ sent_at: null, next_at: null });
    expect(row.tries).toBeGreaterThan(20);
    expect(row.tries).toBeLessThan(40);
    on.break(undefined);
    await on.sender.look();
    expect(on.letters()).toEqual([]);
  });

  test('once the other side is back it gets what it missed, once and in order', async () => {
    const on = await scene();
    await on.wants(on.head);
    const numbers = [];
    on.break(new Error('down'));
    for (let nth = 0; nth < 3; nth += 1) {
      numbers.push((await on.submitted()).number);
      on.clock.advance(1000);
    }
    await on.sender.look();
    on.break(undefined);
    on.clock.advance(5 * MINUTE);
    await Promise.all([on.sender.look(), on.sender.look()]);
    await on.sender.look();
    expect(on.letters().map(({ ticket }) => ticket?.number)).toEqual(numbers);
  });

  test('what is refused for good is given up at once', async () => {
    const on = await scene();
    await on.wants(on.head);
    await on.submitted();
    on.break(new Undeliverable('550 no such mailbox'));
    await on.sender.look();
    expect(await on.events('notice.given-up')).toMatchObject([{ why: '550 no such mailbox' }]);
  });

  test('who has left hears nothing, not even what was on its way (R10)', async () => {
    const on = await scene();
    await on.wants(on.engineer);
    const { id, read } = await on.submitted();
    await on.approve(id, read);
    const fresh = await on.fresh(on.boss.user, on.boss.member, 'account.depart');
    await on.departures.depart(on.boss.user, fresh, on.engineer.member.id, '合同终止');
    await on.sender.look();
    expect(on.letters()).toEqual([]);
    const left = await on.database.transaction((tx) =>
      tx.selectFrom('notice_delivery').selectAll().where('next_at', 'is not', null).execute(),
    );
    expect(left).toEqual([]);
  });

  test('groups and programs are told the title and the link, in both languages, and no names (R27)', async () => {
    const on = await scene(ALL);
    const { number, id } = await on.submitted();
    await on.sender.look();
    expect(on.taken.map(({ medium }) => medium).sort()).toEqual(['dingtalk', 'webhook', 'wecom']);
    for (const { lines, link, to } of on.letters()) {
      expect(lines).toEqual([`工单 ${number} 待审批`, `Ticket ${number} waits for approval`]);
      expect([link, to]).toEqual([`https://sluice.example/tickets/${id}`, null]);
    }
  });

  test('a group’s robot is not asked for more than it takes in a minute, and loses nothing', async () => {
    const on = await scene(['wecom']);
    for (let nth = 0; nth < 18; nth += 1) await on.submitted();
    await on.sender.look();
    expect(on.letters()).toHaveLength(15);
    on.clock.advance(MINUTE);
    await on.sender.look();
    expect(on.letters()).toHaveLength(3);
  });

  test('with nothing set up nothing is kept for nobody', async () => {
    const on = await scene([]);
    await on.submitted();
    const rows = await on.database.transaction((tx) => tx.selectFrom('notice').selectAll().execute());
    expect(rows).toEqual([]);
  });

  test('a ticket that is over and not closed is said once, after three days (R34)', async () => {
    const on = await scene();
    await on.wants(on.engineer);
    const { id, number, windowEnd } = await on.approved();
    await on.sender.look();
    on.letters();
    const watch = createOverdueWatch({ ...on, logger: silentLogger }, sayUnclosed(on.append, 3));
    on.clock.advance(windowEnd - on.clock.now() + 3 * 24 * HOUR);
    expect(await watch.look()).toBe(0);
    on.clock.advance(1);
    expect([await watch.look(), await watch.look()]).toEqual([1, 0]);
    expect(await on.events('ticket.unclosed')).toEqual([{ ticket: id, number, ended: windowEnd }]);
    await on.sender.look();
    expect(on.letters()).toMatchObject([{ subject: `闸口：工单 ${number} 窗口已过，尚未关闭` }]);
    const closed = await on.approved();
    await on.close(closed.id);
    on.clock.advance(closed.windowEnd - on.clock.now() + 5 * 24 * HOUR);
    expect(await watch.look()).toBe(0);
  });
});
