import * as z from 'zod';
import { code, programId, timestamp, userId } from './fields.ts';
import { defineRoute } from './route.ts';

/** Click totals. Machines stand beside people, and are never dropped. */
export const clickTotals = {
  clicks: z.int().meta({ description: 'Human visits, repeats included' }),
  uniqueClicks: z
    .int()
    .meta({ description: 'Visitors: one an hour, link and visitor. The rest are repeats' }),
  botClicks: z.int().meta({ description: 'Visits of machines of every kind' }),
  scannerClicks: z.int().meta({ description: 'Of these: mail gateways, and previews in chats' }),
  prefetchClicks: z.int().meta({ description: 'Of these: browsers on their own, without a click' }),
  headClicks: z.int().meta({ description: 'Of these: HEAD requests' }),
};

export const clickCounts = z.object(clickTotals).meta({ id: 'ClickCounts' });

const day = z.iso.date('must be a day such as 2026-11-21').meta({ example: '2026-11-21' });

export const timeseries = defineRoute({
  operationId: 'timeseries',
  method: 'GET',
  path: '/v1/programs/{programId}/analytics/timeseries',
  area: 'analytics',
  tag: 'Analytics',
  summary: 'Clicks by day or hour: of a program, a participant or a link',
  description:
    'Exact, and a second or two behind. Days and hours are of UTC, and those without a click are there with zeros. Shows at most 366 days, or the hours of 31.',
  params: z.strictObject({ programId }),
  query: z
    .strictObject({
      interval: z.enum(['day', 'hour']).optional().meta({ description: '`day` unless given' }),
      from: day.optional().meta({ description: 'First day; unless given, 30 days by day, one by hour' }),
      to: day.optional().meta({ description: 'Last day; today unless given' }),
      userId: userId.optional().meta({ description: 'Of this participant alone' }),
      code: code.optional().meta({ description: 'Of this link alone' }),
    })
    .refine((query) => query.userId === undefined || query.code === undefined, {
      message: 'must not be given with userId',
      path: ['code'],
    })
    .refine(({ from, to }) => from === undefined || to === undefined || from <= to, {
      message: 'must not be before from',
      path: ['to'],
    }),
  success: {
    status: 200,
    description: 'The series, oldest first, with its sum',
    schema: z.object({
      programId,
      interval: z.enum(['day', 'hour']),
      from: day,
      to: day,
      total: clickCounts,
      points: z.array(z.object({ start: timestamp, ...clickTotals })),
    }),
  },
  problems: ['program_not_found', 'participant_not_found', 'code_not_found'],
});
