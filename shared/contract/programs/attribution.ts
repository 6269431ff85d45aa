import * as z from 'zod';
import { hasUniqueIds } from './fields.ts';

export const attributionSettings = z
  .strictObject({
    model: z.enum(['first_touch', 'last_touch']),
    windowDays: z.int().min(1).max(365),
    precedence: z
      .array(z.enum(['click', 'code', 'link', 'coupon']))
      .min(1)
      .refine(hasUniqueIds, 'must not repeat a kind')
      .exactOptional()
      .meta({
        description:
          'What earns a sign-up, the highest first; what is left out earns nothing. Click, code, link, coupon unless given',
      }),
  })
  .meta({ id: 'AttributionSettings', description: 'Which of several clicks and codes earns a sign-up' });
