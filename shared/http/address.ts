import { isIP } from 'node:net';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';

/**
 * The address that a request comes from: as the gateway saw it, or as an edge before it says in the header
 * ADDRESS_HEADER (in lower case). Of a list the last entry counts, which the edge itself has added; a port is left out,
 * as CloudFront gives it (https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/adding-cloudfront-headers.html).
 */
export function addressOf({ headers, requestContext }: APIGatewayProxyEventV2): string {
  const trusted = process.env['ADDRESS_HEADER'];
  const told = trusted === undefined ? undefined : headers?.[trusted]?.split(',').at(-1)?.trim();
  const candidates = [told, told?.replace(/:\d{1,5}$/, '')];
  return candidates.find((one) => one !== undefined && isIP(one) !== 0) ?? requestContext.http.sourceIp;
}
