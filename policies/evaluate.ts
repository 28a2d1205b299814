// The decision: who may do what to which. A refusal carries the code of the policy that forbade it; where nothing
// permitted it, `role.not-allowed`. An evaluation that goes wrong is a fault, and nothing is allowed.

import * as cedar from '@cedar-policy/cedar-wasm/nodejs';
import type { AuthenticatedUser } from '../identity/login/authenticated-user.ts';
import { type Action, RESOURCE_OF, type Resource, type Subject } from './action.ts';
import { type PolicyTexts, parsePolicies, readPolicyTexts } from './policy-set.ts';
import { policyRefusal, ROLE_NOT_ALLOWED } from './refusals.ts';

export interface Verdict {
  readonly allowed: boolean;
  /** The ids of the policies that decided. */
  readonly because: readonly string[];
  /** The refusal's code; null where allowed. */
  readonly code: string | null;
}

/** An authenticated user, or one who stands in for another. */
export type Asking = Pick<AuthenticatedUser, 'account'> | { readonly account: Subject };

export interface Policies {
  /** Throws the refusal. */
  authorize(user: Asking, action: Action, resource: Resource): void;
  allows(user: Asking, action: Action, resource: Resource): boolean;
  /** The same decision about somebody who is not at the keyboard. */
  judge(subject: Subject, action: Action, resource: Resource): Verdict;
}

/** Throws a fault when a policy file is wrong. */
export function createPolicies(texts: PolicyTexts = readPolicyTexts()): Policies {
  const { name, refusalOf } = parsePolicies(texts);
  const judge = (subject: Subject, action: Action, resource: Resource): Verdict => {
    if (resource.kind !== RESOURCE_OF[action]) {
      throw new Error(`expected a ${RESOURCE_OF[action]} for ${action}, got a ${resource.kind}`);
    }
    const answer = cedar.statefulIsAuthorized({
      principal: { type: 'Account', id: subject.id },
      action: { type: 'Action', id: action },
      resource: uidOf(resource),
      context: {},
      entities: entitiesOf(subject, resource),
      preparsedSchemaName: name,
      preparsedPolicySetId: name,
      validateRequest: true,
    });
    return verdictOf(answer, refusalOf);
  };
  return {
    judge,
    allows: (user, action, resource) => judge(user.account, action, resource).allowed,
    authorize(user, action, resource) {
      const { code } = judge(user.account, action, resource);
      if (code !== null) throw policyRefusal(code);
    },
  };
}

function verdictOf(answer: cedar.AuthorizationAnswer, refusalOf: ReadonlyMap<string, string>): Verdict {
  if (answer.type === 'failure') throw new Error(answer.errors.map(({ message }) => message).join('; '));
  const { decision, diagnostics } = answer.response;
  const [error] = diagnostics.errors;
  if (error !== undefined) throw new Error(`policy ${error.policyId}: ${error.error.message}`);
  const because = [...diagnostics.reason].sort();
  if (decision === 'allow') return { allowed: true, because, code: null };
  const codes = because.map((id) => refusalOf.get(id)).filter((code) => code !== undefined);
  return { allowed: false, because, code: codes.sort(dutiesByImportance)[0] ?? ROLE_NOT_ALLOWED };
}

// Where several duties forbid, the most telling one is shown.
const MOST_TELLING = [
  'duty.requester-approves-own',
  'duty.companion-approves',
  'duty.requester-extends-own',
  'duty.companion-extends',
  'duty.asker-decides-own',
  'duty.placer-lifts-own',
  'duty.departs-self',
  'duty.identifies-self',
  'duty.supervises-own-session',
  'duty.approver-same-vendor',
  'duty.extender-same-vendor',
];

function dutiesByImportance(a: string, b: string): number {
  const rank = (code: string): number => (MOST_TELLING.includes(code) ? MOST_TELLING.indexOf(code) : Infinity);
  return rank(a) === rank(b) ? a.localeCompare(b) : rank(a) - rank(b);
}

function uidOf(resource: Resource): cedar.TypeAndId {
  switch (resource.kind) {
    case 'system':
      return { type: 'Sluice', id: 'sluice' };
    case 'account':
      return { type: 'Account', id: resource.id };
    case 'ticket':
      return { type: 'Ticket', id: resource.id };
    case 'session':
      return { type: 'Session', id: resource.id };
    case 'request':
      return { type: 'RecordRequest', id: resource.id };
    case 'hold':
      return { type: 'Hold', id: resource.id };
  }
}

function entitiesOf(subject: Subject, resource: Resource): cedar.Entities {
  const principal: cedar.EntityJson = {
    uid: { type: 'Account', id: subject.id },
    attrs: { ...optional('vendor', subject.vendor), deputy: subject.deputy === true },
    parents: [{ type: 'Role', id: subject.role }],
  };
  return resource.kind === 'account' && resource.id === subject.id ? [principal] : [principal, entityOf(resource)];
}

function entityOf(resource: Resource): cedar.EntityJson {
  const entity = { uid: uidOf(resource), parents: [] };
  switch (resource.kind) {
    case 'system':
    case 'account':
      return { ...entity, attrs: {} };
    case 'ticket':
      return {
        ...entity,
        attrs: {
          requester: account(resource.requester),
          ...optional('requesterVendor', resource.requesterVendor),
          companions: (resource.companions ?? []).map(account),
          emergency: resource.emergency === true,
          awaitsSection: resource.awaitsSection === true,
        },
      };
    case 'session':
      return { ...entity, attrs: { account: account(resource.account) } };
    case 'request':
      return { ...entity, attrs: { requester: account(resource.requester) } };
    case 'hold':
      return { ...entity, attrs: { placer: account(resource.placer) } };
  }
}

function account(id: string): cedar.CedarValueJson {
  return { __entity: { type: 'Account', id } };
}

function optional(name: string, value: string | null): Record<string, cedar.CedarValueJson> {
  return value === null ? {} : { [name]: value };
}
