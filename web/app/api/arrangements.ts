// Deputies, routes, freezes, and tickets that are still being written.

import { queryOptions } from '@tanstack/react-query';
import Type from 'typebox';
import {
  Deputy,
  type DeputyBody,
  Form,
  Freeze,
  type FreezeBody,
  type GroupBody,
  Routes,
} from '../../contract/arrangements.ts';
import { Person, type SecondFactor } from '../../contract/words.ts';
import { get, post } from './request.ts';

const DEPUTIES = Type.Array(Deputy);
const FREEZES = Type.Array(Freeze);
const at = (path: string, id: string, act = '') => `${path}/${encodeURIComponent(id)}${act}`;

export const deputiesQuery = queryOptions({
  queryKey: ['tickets', 'deputies'],
  queryFn: () => get('/deputies', DEPUTIES),
});
export const deputyCandidatesQuery = queryOptions({
  queryKey: ['people', 'deputy-candidates'],
  queryFn: () => get('/deputies/candidates', Type.Array(Person)),
});
export const routesQuery = queryOptions({ queryKey: ['tickets', 'routes'], queryFn: () => get('/routes', Routes) });
export const freezesQuery = queryOptions({ queryKey: ['tickets', 'freezes'], queryFn: () => get('/freezes', FREEZES) });
export const formsQuery = queryOptions({ queryKey: ['forms'], queryFn: () => get('/forms', Type.Array(Form)) });

export const appointDeputy = (body: DeputyBody) => post('/deputies', DEPUTIES, body);
export const endDeputy = (id: string) => post(at('/deputies', id, '/end'), DEPUTIES);
export const addGroup = (body: GroupBody) => post('/routes/groups', Routes, body);
export const setGroup = (id: string, body: GroupBody) => post(at('/routes/groups', id), Routes, body);
export const assignTarget = (id: string, group: string | null, code: SecondFactor) =>
  post(at('/routes/targets', id), Routes, { group, code });
export const placeFreeze = (body: FreezeBody) => post('/freezes', FREEZES, body);
export const liftFreeze = (id: string, code: SecondFactor) => post(at('/freezes', id, '/lift'), FREEZES, { code });
export const beginForm = (body: string) => post('/forms', Form, { body });
export const keepForm = (id: string, body: string) => post(at('/forms', id), Form, { body });
export const discardForm = (id: string) => post(at('/forms', id, '/discard'), Type.Object({}));
