import * as z from 'zod';
import { programId, timestamp, userId } from './fields.ts';
import { defineRoute } from './route.ts';

const tag = 'Access';

export const createToken = defineRoute({
  operationId: 'createToken',
  method: 'POST',
  path: '/v1/tokens',
  area: 'tokens',
  tag,
  summary: 'Issue a token for a user',
  description:
    'By it a browser or app reads and does what is this one user’s in this one program, until it ends. The user need not be a participant yet. Nothing is stored, and a token cannot be taken back one by one: let it live for as short as will do.',
  audited: false,
  body: z.strictObject({
    userId,
    programId: programId.optional(),
    expiresIn: z
      .int('must be an integer in seconds')
      .min(60, 'must be at least 60')
      .max(86_400, 'must be at most 86400')
      .default(3_600)
      .meta({ description: 'Seconds until it ends', example: 900 }),
  }),
  success: {
    status: 201,
    description: 'The token',
    schema: z.object({
      token: z.string().meta({ description: 'A JWT, signed with ES256', example: 'eyJhbGciOiJFUzI1NiIs…' }),
      expiresAt: timestamp,
    }),
  },
  problems: ['program_not_found'],
});

const signingKey = z
  .object({
    kid: z.string().meta({ example: '01kakzv2qe3h8s7w9n5c4b6d2f' }),
    status: z
      .enum(['next', 'current', 'previous'])
      .meta({ description: 'Signs later; signs now; has signed tokens that may still be valid' }),
    createdAt: timestamp,
    signsFrom: timestamp,
    verifiesUntil: timestamp
      .optional()
      .meta({ description: 'When its last token has ended; absent while no other key is to follow' }),
  })
  .meta({ id: 'SigningKey' });

export const rotateSigningKeys = defineRoute({
  operationId: 'rotateSigningKeys',
  method: 'POST',
  path: '/v1/signing-keys/rotate',
  area: 'tokens',
  tag,
  summary: 'Change the key that signs tokens',
  description:
    'Makes the key that signs half an hour from now, and publishes it. Tokens signed before stay valid until they end. While a key waits for its time, a repeat changes nothing. With `withdraw`, for a key that got into wrong hands, a new key signs at once, and within a minute no token signed before is taken any more.',
  audited: ['signing_key.rotated'],
  bodyOptional: true,
  body: z.strictObject({
    withdraw: z.boolean('must be true or false').default(false).meta({
      description: 'End all tokens that were ever issued',
    }),
  }),
  success: {
    status: 200,
    description: 'The keys, in the order in which they sign',
    schema: z.object({ signingKeys: z.array(signingKey) }),
  },
  problems: ['contended'],
});

export const getJwks = defineRoute({
  operationId: 'getJwks',
  method: 'GET',
  path: '/.well-known/jwks.json',
  area: 'tokens',
  tag,
  summary: 'The public keys that tokens are signed with',
  description:
    'A JSON Web Key Set (RFC 7517), by which your own services can check tokens. May be kept for five minutes.',
  success: {
    status: 200,
    description: 'The keys',
    schema: z.object({
      keys: z.array(
        z.object({
          kty: z.literal('EC'),
          crv: z.literal('P-256'),
          x: z.string(),
          y: z.string(),
          kid: z.string(),
          use: z.literal('sig'),
          alg: z.literal('ES256'),
        }),
      ),
    }),
  },
});
