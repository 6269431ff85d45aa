import type * as z from 'zod';
import * as keys from '../api-keys.ts';
import { listAuditLog } from '../audit.ts';
import * as tokens from '../tokens.ts';
import { exampleOf } from './example.ts';
import { alices, times } from './story.ts';

const kid = '01kakzv2qe3h8s7w9n5c4b6d2f';

const key: z.output<typeof keys.apiKey> = {
  id: '4f1e9a03bc',
  prefix: 'po_4f1e9a03bc',
  name: 'shop backend',
  scopes: ['links:write', 'referrals:write', 'events:write', 'participants:read'],
  status: 'active',
  createdAt: times.registered,
};
const secret = 'po_4f1e9a03bc_Zq8v3Wn5Tt7Yx2Lk9Rr4Ms6Pd1Hb0Gc';

const ofKeys = [
  exampleOf(keys.createApiKey, {
    body: { name: key.name, scopes: key.scopes },
    answer: { apiKey: key, secret },
  }),
  exampleOf(keys.listApiKeys, { answer: { apiKeys: [{ ...key, lastUsedAt: times.requested }] } }),
  exampleOf(keys.getApiKey, { answer: { apiKey: { ...key, lastUsedAt: times.requested } } }),
  exampleOf(keys.rotateApiKey, {
    body: { overlapSeconds: 3600 },
    answer: { apiKey: { ...key, rotatedAt: times.requested }, secret },
  }),
  exampleOf(keys.revokeApiKey, {
    answer: { apiKey: { ...key, status: 'revoked', revokedAt: times.requested } },
  }),
];

export const accessExamples = [
  ...ofKeys,
  exampleOf(tokens.createToken, {
    body: { userId: 'alice', expiresIn: 900 },
    answer: {
      token:
        'eyJhbGciOiJFUzI1NiIsImtpZCI6IjAxa2FrenYycWUifQ.eyJzdWIiOiJhbGljZSIsInByb2dyYW0iOiJkZWZhdWx0In0.c2lnbmF0dXJl',
      expiresAt: times.ordered,
    },
  }),
  exampleOf(tokens.rotateSigningKeys, {
    body: {},
    answer: {
      signingKeys: [
        { kid, status: 'current', createdAt: times.registered, signsFrom: times.registered },
        {
          kid: '01kam5x0c8r4t6v2w9y1z3b5d7',
          status: 'next',
          createdAt: times.requested,
          signsFrom: times.paid,
        },
      ],
    },
  }),
  exampleOf(tokens.getJwks, {
    answer: {
      keys: [
        {
          kty: 'EC',
          crv: 'P-256',
          x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
          y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
          kid,
          use: 'sig',
          alg: 'ES256',
        },
      ],
    },
  }),
  exampleOf(listAuditLog, {
    answer: {
      entries: [
        {
          auditId: 'aud_01kakzv2qe3h8s7w9n5c4b6d2f',
          programId: 'default',
          actor: { type: 'api_key', id: key.id },
          action: 'participant.policy_set',
          target: { type: 'participant', id: alices.userId, userId: alices.userId },
          before: null,
          after: { commissionRate: '12.5' },
          requestId: 'q1x0v8Zt3mB7nR2w',
          at: times.requested,
        },
      ],
    },
  }),
];
