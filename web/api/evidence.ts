// The evidence log: its head, and proofs that anybody can check.

import {
  CheckpointHead,
  ConsistencyProof,
  ConsistencyQuery,
  LeafProof,
  LeafQuery,
  WitnessReport,
} from '../contract/evidence.ts';
import { EvidenceHead } from '../contract/sessions.ts';
import type { Routes } from './routes.ts';

export const evidenceRoutes: Routes = (app, { services, cookie }) => {
  const { evidence } = services;
  app.get(
    '/api/v1/evidence',
    { schema: { summary: 'auditor: the head of the evidence log', response: { 200: EvidenceHead } } },
    async (request) => evidence.head(await cookie.user(request)),
  );
  app.get(
    '/api/v1/evidence/proof',
    {
      schema: {
        summary: 'auditor, head: one leaf of the evidence log, and the proof that it is there',
        querystring: LeafQuery,
        response: { 200: LeafProof },
      },
    },
    async (request) => evidence.leafProof(await cookie.user(request), request.query.leaf),
  );
  app.get(
    '/api/v1/evidence/witnesses',
    {
      schema: {
        summary: 'auditor, admin: who has cosigned the evidence log, and how far',
        response: { 200: WitnessReport },
      },
    },
    async (request) => evidence.witnesses(await cookie.user(request)),
  );
  app.get(
    '/api/v1/checkpoint',
    { schema: { summary: 'the last signed checkpoint of the evidence log', response: { 200: CheckpointHead } } },
    async (request) => evidence.checkpoint(await cookie.user(request)),
  );
  app.get(
    '/api/v1/checkpoint/consistency',
    {
      schema: {
        summary: 'the proof that one size of the evidence log continues another',
        querystring: ConsistencyQuery,
        response: { 200: ConsistencyProof },
      },
    },
    async (request) => {
      const user = await cookie.user(request);
      return evidence.consistency(user, request.query.from, request.query.to);
    },
  );
};
