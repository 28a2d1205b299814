import { expect, test } from 'vitest';
import { type Action, RESOURCE_OF, type Resource, type Subject } from '../../policies/action.ts';
import { createPolicies } from '../../policies/evaluate.ts';
import { readPolicyTexts } from '../../policies/policy-set.ts';
import { newId } from '../../store/core/ids.ts';
import type { Role } from '../../store/schema/states.ts';

const policies = createPolicies();
const ROLES: readonly Role[] = ['admin', 'operator', 'auditor', 'head', 'section'];

/** The whole right of each role: on what is their own, on what is another's. Anything that is not here is refused. */
const RIGHTS: { readonly [A in Action]: { readonly own: readonly Role[]; readonly others: readonly Role[] } } = {
  'account.list': both('admin', 'head', 'auditor'),
  'account.invite': both('admin'),
  'lock.list': both('head', 'section', 'admin', 'auditor'),
  'lock.place': both('head', 'section', 'admin'),
  'lock.lift': both('head', 'section', 'admin'),
  'account.identify': { own: [], others: ['admin', 'head'] },
  'account.depart': { own: [], others: ['admin'] },
  'key.manage': { own: ROLES, others: [] },
  'passkey.manage': { own: ROLES, others: [] },
  'notice.manage': { own: ROLES, others: [] },
  'form.manage': { own: ['operator'], others: [] },
  'deputy.list': both('head', 'section', 'auditor', 'admin'),
  'deputy.appoint': both('head'),
  'route.list': both('head', 'section', 'auditor', 'admin'),
  'route.manage': both('head'),
  'freeze.list': both(...ROLES),
  'freeze.place': both('head', 'section'),
  'freeze.lift': both('head'),
  'target.list': both('admin'),
  'target.manage': both('admin'),
  'target.request': both('operator'),
  'ticket.list': both('operator', 'head', 'section', 'auditor'),
  'ticket.create': both('operator'),
  'ticket.read': { own: ['operator', 'head', 'section', 'auditor'], others: ['head', 'section', 'auditor'] },
  'ticket.attach': { own: ['operator'], others: [] },
  'ticket.submit': { own: ['operator'], others: [] },
  'ticket.revise': { own: ['operator'], others: [] },
  'ticket.withdraw': { own: ['operator'], others: [] },
  'ticket.file': { own: [], others: ['section'] },
  'ticket.report': { own: ['operator'], others: [] },
  'ticket.accept': { own: [], others: ['head', 'section'] },
  'ticket.review': { own: [], others: ['head'] },
  'ticket.approve': { own: [], others: ['head'] },
  'ticket.refuse': { own: [], others: ['head'] },
  'ticket.revoke': both('head'),
  'extension.ask': { own: ['operator'], others: [] },
  'extension.withdraw': { own: ['operator'], others: [] },
  'extension.grant': { own: [], others: ['head'] },
  'extension.refuse': { own: [], others: ['head'] },
  'original.list': both('section', 'head', 'auditor'),
  'original.reread': { own: ['operator', 'section', 'head'], others: ['section', 'head'] },
  'original.take': { own: ['operator'], others: [] },
  'channel.open': { own: ['operator'], others: [] },
  'session.list': both('operator', 'head', 'section', 'auditor'),
  'session.read': { own: ['operator', 'head', 'section', 'auditor'], others: ['head', 'section', 'auditor'] },
  'session.end': { own: ['operator', 'head', 'section'], others: ['head', 'section'] },
  'session.watch': { own: [], others: ['head', 'section'] },
  'session.freeze': { own: [], others: ['head', 'section'] },
  'session.resume': { own: [], others: ['head', 'section'] },
  'session.say': { own: [], others: ['head', 'section'] },
  'session.replay': { own: [], others: ['auditor'] },
  'record.search': both('auditor'),
  'session.unseal': { own: [], others: ['auditor'] },
  'session.share': { own: [], others: ['head', 'section', 'auditor'] },
  'custodian.list': both('head', 'section', 'auditor'),
  'custodian.manage': both('head'),
  'export.ask': { own: [], others: ['auditor'] },
  'destroy.ask': { own: [], others: ['auditor'] },
  'destroy.decide': { own: [], others: ['head'] },
  'destroy.use': { own: ['auditor'], others: [] },
  'storage.read': both('auditor', 'admin'),
  'retention.read': both('head', 'auditor'),
  'hold.list': both('head', 'auditor'),
  'hold.place': both('head', 'auditor'),
  'hold.read': both('head', 'auditor'),
  'hold.lift': { own: [], others: ['head'] },
  'request.list': both('head', 'auditor'),
  'request.read': both('head', 'auditor'),
  'request.withdraw': { own: ['auditor'], others: [] },
  'export.decide': { own: [], others: ['head'] },
  'export.use': { own: ['auditor'], others: [] },
  'evidence.read': both('auditor'),
  'evidence.prove': both('auditor', 'head'),
  'checkpoint.read': both(...ROLES),
  'witness.read': both('auditor', 'admin'),
};

function both(...roles: readonly Role[]) {
  return { own: roles, others: roles };
}

function subject(role: Role, vendor: string | null = null): Subject {
  return { id: newId('acc'), role, vendor };
}

function resource(action: Action, owner: Subject): Resource {
  switch (RESOURCE_OF[action]) {
    case 'system':
      return { kind: 'system' };
    case 'account':
      return { kind: 'account', id: owner.id };
    case 'ticket':
      return { kind: 'ticket', id: newId('tkt'), requester: owner.id, requesterVendor: owner.vendor };
    case 'session':
      return { kind: 'session', id: newId('ses'), account: owner.id };
    case 'request':
      return { kind: 'request', id: newId('req'), requester: owner.id };
    case 'hold':
      return { kind: 'hold', id: newId('hld'), placer: owner.id };
  }
}

const CELLS = (Object.keys(RIGHTS) as Action[]).flatMap((action) => ROLES.map((role) => [role, action] as const));

test.each(CELLS)('%s and %s: exactly the rights in the table (R8)', (role, action) => {
  const someone = subject(role);
  const own = policies.judge(someone, action, resource(action, someone));
  const others = policies.judge(someone, action, resource(action, subject('operator', '甲公司')));
  expect({ own: own.allowed, others: others.allowed }).toEqual({
    own: RIGHTS[action].own.includes(role),
    others: RIGHTS[action].others.includes(role),
  });
  expect(own.code === null).toBe(own.allowed);
  expect(others.code === null).toBe(others.allowed);
});

test('every action of the schema is in the table', () => {
  const named = [...readPolicyTexts().schema.matchAll(/"([a-z]+\.[a-z]+)"/g)].map((match) => match[1]);
  expect(new Set(named)).toEqual(new Set(Object.keys(RIGHTS)));
});

test.each([
  ['duty.requester-approves-own', 'ticket.approve', 'head', 'own'],
  ['duty.requester-extends-own', 'extension.grant', 'head', 'own'],
  ['duty.requester-extends-own', 'extension.refuse', 'operator', 'own'],
  ['duty.only-heads-extend', 'extension.grant', 'section', 'others'],
  ['duty.supervises-own-session', 'session.watch', 'section', 'own'],
  ['duty.supervises-own-session', 'session.resume', 'operator', 'own'],
  ['role.not-allowed', 'session.watch', 'operator', 'others'],
  ['role.not-allowed', 'session.watch', 'auditor', 'others'],
  ['duty.departs-self', 'account.depart', 'admin', 'own'],
  ['duty.identifies-self', 'account.identify', 'admin', 'own'],
  ['duty.only-auditors-see-records', 'session.replay', 'admin', 'others'],
  ['duty.only-operators-open-channels', 'channel.open', 'admin', 'own'],
  ['duty.channel-of-somebody-else', 'channel.open', 'operator', 'others'],
  ['duty.only-heads-approve', 'ticket.approve', 'section', 'others'],
  ['duty.auditor-replays-own', 'session.replay', 'auditor', 'own'],
  ['duty.asker-decides-own', 'export.decide', 'head', 'own'],
  ['duty.only-heads-decide-on-records', 'export.decide', 'auditor', 'others'],
  ['duty.only-the-asker-uses', 'export.use', 'auditor', 'others'],
  ['duty.only-auditors-see-records', 'export.ask', 'head', 'others'],
  ['duty.asker-decides-own', 'destroy.decide', 'head', 'own'],
  ['duty.only-heads-decide-on-records', 'destroy.decide', 'auditor', 'others'],
  ['duty.only-the-asker-uses', 'destroy.use', 'auditor', 'others'],
  ['duty.placer-lifts-own', 'hold.lift', 'head', 'own'],
  ['duty.only-heads-lift', 'hold.lift', 'auditor', 'others'],
  ['role.not-allowed', 'account.invite', 'head', 'others'],
] as const)('%s is what %s by %s on %s answers (R8)', (code, action, role, whose) => {
  const someone = subject(role);
  expect(policies.judge(someone, action, resource(action, whose === 'own' ? someone : subject('operator'))).code).toBe(
    code,
  );
});

test('a deputy decides in a head’s place, and arranges nothing (R7)', () => {
  const deputy = { ...subject('section'), deputy: true };
  const can = (action: Action) => policies.judge(deputy, action, resource(action, subject('operator'))).allowed;
  const decided = ['ticket.approve', 'ticket.refuse', 'ticket.revoke', 'ticket.review'] as const;
  expect(decided.map(can)).toEqual([true, true, true, true]);
  expect((['extension.grant', 'extension.refuse'] as const).map(can)).toEqual([true, true]);
  expect((['deputy.appoint', 'route.manage', 'freeze.lift'] as const).map(can)).toEqual([false, false, false]);
  const outside = { ...subject('section', '甲公司'), deputy: true };
  expect(policies.judge(outside, 'ticket.approve', resource('ticket.approve', subject('operator'))).code).toBe(
    'duty.approver-is-outsider',
  );
});

test('the information section opens in an emergency, and refuses what waits for it (R4, R7)', () => {
  const section = subject('section');
  const about = (more: object) => ({ ...resource('ticket.approve', subject('operator')), ...more }) as Resource;
  expect(policies.judge(section, 'ticket.approve', about({})).code).toBe('duty.only-heads-approve');
  expect(policies.judge(section, 'ticket.approve', about({ emergency: true })).allowed).toBe(true);
  expect(policies.judge(section, 'ticket.refuse', about({})).allowed).toBe(false);
  expect(policies.judge(section, 'ticket.refuse', about({ awaitsSection: true })).allowed).toBe(true);
});

test('a head of the requester’s company does not approve (R8)', () => {
  const verdict = policies.judge(
    subject('head', '甲公司'),
    'ticket.approve',
    resource('ticket.approve', subject('operator', '甲公司')),
  );
  expect(verdict.code).toBe('duty.approver-same-vendor');
  expect(verdict.because).toContain('approver-is-outsider');
});

test('nobody of another company supervises, whatever their role (R6)', () => {
  for (const action of ['session.watch', 'session.freeze', 'session.resume', 'session.say'] as const) {
    const verdict = policies.judge(
      subject('section', '甲公司'),
      action,
      resource(action, subject('operator', '甲公司')),
    );
    expect(verdict.code).toBe('duty.supervisor-is-outsider');
  }
});

test('nor do they grant more time (R8)', () => {
  const action = 'extension.grant';
  const verdict = policies.judge(subject('head', '甲公司'), action, resource(action, subject('operator', '甲公司')));
  expect(verdict.code).toBe('duty.extender-same-vendor');
  const refuse = 'extension.refuse';
  const outsider = policies.judge(subject('head', '丙公司'), refuse, resource(refuse, subject('operator', '甲公司')));
  expect(outsider.code).toBe('duty.extender-is-outsider');
  const mate = subject('head');
  const along = { ...resource(action, subject('operator')), companions: [mate.id] } as Resource;
  expect(policies.judge(mate, action, along).code).toBe('duty.companion-extends');
});

const texts = readPolicyTexts();

test('a site can narrow: its forbid wins and says so', () => {
  const site = '@id("no-ending") forbid (principal in Role::"section", action == Action::"session.end", resource);';
  const narrowed = createPolicies({ ...texts, site });
  const verdict = narrowed.judge(subject('section'), 'session.end', resource('session.end', subject('operator')));
  expect(verdict).toEqual({ allowed: false, because: ['no-ending'], code: 'site.forbidden' });
});

test.each([
  ['a permit in site.cedar', { site: '@id("x") permit (principal, action, resource);' }, 'expected only forbid'],
  ['a policy without @id', { site: 'forbid (principal, action, resource);' }, 'expected an @id'],
  ['the same @id twice', { site: '@id("departs-self") forbid (principal, action, resource);' }, 'once'],
  ['a duty without a code', { duties: '@id("x") forbid (principal, action, resource);' }, '@refusal'],
  ['an unknown code', { duties: '@id("x") @refusal("y") forbid (principal, action, resource);' }, 'known refusal'],
  ['a permit among duties', { duties: '@id("x") permit (principal, action, resource);' }, 'expected only forbid'],
  ['a forbid among roles', { roles: '@id("x") forbid (principal, action, resource);' }, 'expected only permit'],
  ['text that is not Cedar', { site: 'forbid everything' }, 'site.cedar'],
  [
    'an attribute the schema does not have',
    { site: '@id("x") forbid (principal, action, resource) when { principal.age > 3 };' },
    'age',
  ],
  [
    'an action the schema does not have',
    { site: '@id("x") forbid (principal, action == Action::"a", resource);' },
    'x',
  ],
] as const)('%s stops the start', (_what, wrong, message) => {
  expect(() => createPolicies({ ...texts, ...wrong })).toThrow(message);
});

test('an action on the wrong kind of thing is a fault, not an answer', () => {
  expect(() => policies.judge(subject('head'), 'ticket.approve', { kind: 'system' })).toThrow('expected a ticket');
});
