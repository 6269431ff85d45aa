import * as z from 'zod';
import { httpsUrl, publicUrlError, text } from '../fields.ts';

const ownHost = /^http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?(\/[^\s\\]*)?$/;

/** Without TLS only one's own machine can be called, and only by a local stack that allows it. */
export const hookUrl = z
  .union([httpsUrl, text(2048).refine((value) => ownHost.test(value) && URL.canParse(value))], publicUrlError)
  .meta({ description: 'Absolute https URL of a public host', example: 'https://example.com/hooks/plusone' });

const hook = z
  .strictObject({
    lambdaArn: z
      .string()
      .max(256)
      .regex(
        /^arn:aws[a-z-]*:lambda:[a-z0-9-]+:\d{12}:function:[A-Za-z0-9_:-]+$/,
        'must be the ARN of a Lambda function',
      )
      .exactOptional(),
    url: hookUrl.exactOptional(),
    timeoutMs: z.int().min(100).max(10_000).default(3000),
    fallback: z.enum(['default', 'hold', 'reject']).default('default'),
  })
  .refine((one) => (one.lambdaArn === undefined) !== (one.url === undefined), 'needs either lambdaArn or url')
  .meta({ id: 'Hook', description: 'Code of your own: a Lambda function, or an address that is asked' });

export const hooks = z
  .strictObject({
    validation: hook.exactOptional(),
    calculation: hook.exactOptional(),
    notification: hook.exactOptional(),
  })
  .meta({ id: 'Hooks' });
