import * as z from 'zod';
import { programId, timestamp, userId } from './fields.ts';
import { defineRoute } from './route.ts';

const moment = z
  .union([timestamp, z.iso.date()], { error: 'must be an ISO 8601 date or date-time with an offset' })
  .meta({ description: 'ISO 8601 date (its start in UTC) or date-time', example: '2026-11-01' });

export const getStatement = defineRoute({
  operationId: 'getStatement',
  method: 'GET',
  path: '/v1/programs/{programId}/participants/{userId}/statement',
  area: 'payouts',
  tag: 'Payouts',
  summary: "A participant's statement: opening balance, entries, closing balance, for each currency",
  params: z.strictObject({ programId, userId }),
  query: z.strictObject({
    from: moment.optional(),
    to: moment.optional(),
    format: z.enum(['csv', 'html']).optional().meta({ description: 'html unless given: a page to print' }),
  }),
  success: { status: 200, description: 'The statement', media: ['text/html', 'text/csv'] },
  problems: ['participant_not_found'],
});
