// Reads, checks and pre-parses the Cedar files. Nothing starts with a policy that does not parse, does not fit the
// schema, has no @id, names an unknown refusal, or widens what a site may do.

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as cedar from '@cedar-policy/cedar-wasm/nodejs';
import { policyRefusal, SITE_FORBIDDEN } from './refusals.ts';

export interface PolicyTexts {
  readonly schema: string;
  readonly roles: string;
  readonly duties: string;
  readonly site: string;
}

export interface PolicySet {
  /** Names of the parsed schema and policies inside the engine. */
  readonly name: string;
  /** Id of a forbidding policy → the code of its refusal. */
  readonly refusalOf: ReadonlyMap<string, string>;
}

/** The files of this folder; `site` may stand elsewhere. */
export function readPolicyTexts(siteFile = join(import.meta.dirname, 'site.cedar')): PolicyTexts {
  const read = (name: string): string => readFileSync(join(import.meta.dirname, name), 'utf8');
  return {
    schema: read('schema.cedarschema'),
    roles: read('roles.cedar'),
    duties: read('duties.cedar'),
    site: readFileSync(siteFile, 'utf8'),
  };
}

/** Throws a fault that names the file and the policy. */
export function parsePolicies(texts: PolicyTexts): PolicySet {
  const roles = namedPolicies('roles.cedar', texts.roles);
  const duties = namedPolicies('duties.cedar', texts.duties);
  const site = namedPolicies('site.cedar', texts.site);
  expectEffect('roles.cedar', roles, 'permit');
  expectEffect('duties.cedar', duties, 'forbid');
  expectEffect('site.cedar', site, 'forbid');
  const all = [...roles, ...duties, ...site];
  const staticPolicies = Object.fromEntries(all);
  if (Object.keys(staticPolicies).length !== all.length) throw new Error('expected every policy @id once');
  validate(texts.schema, staticPolicies);
  const name = createHash('sha256')
    .update(JSON.stringify([texts.schema, staticPolicies]))
    .digest('hex');
  succeed('schema', cedar.preparseSchema(name, texts.schema));
  succeed('policies', cedar.preparsePolicySet(name, { staticPolicies }));
  return { name, refusalOf: new Map([...refusals('duties.cedar', duties), ...siteRefusals(site)]) };
}

type Named = readonly [id: string, policy: cedar.PolicyJson];

function namedPolicies(file: string, text: string): Named[] {
  const parts = cedar.policySetTextToParts(text);
  if (parts.type === 'failure') throw faultOf(file, parts.errors);
  if (parts.policy_templates.length > 0) throw new Error(`${file}: expected policies, got a template`);
  return parts.policies.map((part) => {
    const parsed = cedar.policyToJson(part);
    if (parsed.type === 'failure') throw faultOf(file, parsed.errors);
    const id = parsed.json.annotations?.id;
    if (id === undefined) throw new Error(`${file}: expected an @id on every policy, got none on: ${part}`);
    return [id, parsed.json] as const;
  });
}

function expectEffect(file: string, policies: readonly Named[], effect: cedar.Effect): void {
  const wrong = policies.find(([, policy]) => policy.effect !== effect);
  if (wrong !== undefined) throw new Error(`${file}: expected only ${effect}, got ${wrong[1].effect} in ${wrong[0]}`);
}

function refusals(file: string, policies: readonly Named[]): (readonly [string, string])[] {
  return policies.map(([id, { annotations }]) => {
    const code = annotations?.refusal;
    if (code === undefined) throw new Error(`${file}: expected a @refusal code on ${id}, got none`);
    policyRefusal(code);
    return [id, code] as const;
  });
}

function siteRefusals(policies: readonly Named[]): (readonly [string, string])[] {
  return policies.map(([id, { annotations }]) => {
    const code = annotations?.refusal ?? SITE_FORBIDDEN;
    policyRefusal(code);
    return [id, code] as const;
  });
}

function validate(schema: string, staticPolicies: Record<string, cedar.PolicyJson>): void {
  const answer = cedar.validate({ schema, policies: { staticPolicies }, validationSettings: { mode: 'strict' } });
  if (answer.type === 'failure') throw faultOf('schema.cedarschema', answer.errors);
  const [problem] = [...answer.validationErrors, ...answer.validationWarnings];
  if (problem !== undefined) throw new Error(`policy ${problem.policyId}: ${problem.error.message}`);
}

function succeed(what: string, answer: cedar.CheckParseAnswer): void {
  if (answer.type === 'failure') throw faultOf(what, answer.errors);
}

function faultOf(file: string, errors: readonly cedar.DetailedError[]): Error {
  return new Error(`${file}: ${errors.map(({ message }) => message).join('; ')}`);
}
