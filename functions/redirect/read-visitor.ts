import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { adNetworkOf } from '../../shared/domain/clicks/ad-network.ts';
import { countryOf, languageOf, utmOf } from '../../shared/domain/clicks/origin.ts';
import { classifyVisit, doubtsAbout } from '../../shared/domain/clicks/visit.ts';
import { isBotAgent } from '../../shared/runtime/user-agent.ts';
import type { Visitor } from '../../shared/usecases/clicks/record-visit.ts';

/**
 * Who follows a link, as their request tells.
 *
 * @param countryHeader in which the edge before the API, if there is one, names the visitor's country
 */
export function readVisitor(event: APIGatewayProxyEventV2, countryHeader: string): Visitor {
  const { method, sourceIp } = event.requestContext.http;
  const header = (name: string): string | undefined => event.headers[name];
  const userAgent = header('user-agent');
  const acceptLanguage = header('accept-language');
  const language = languageOf(acceptLanguage);
  const country = countryOf(header(countryHeader));
  const query = event.queryStringParameters ?? {};
  const utm = utmOf(query);
  const adNetwork = adNetworkOf(query);
  return {
    kind: classifyVisit({
      method,
      userAgent,
      purpose: ['sec-purpose', 'purpose', 'x-purpose', 'x-moz'].map((name) => header(name) ?? ''),
      isBotAgent: isBotAgent(userAgent),
      fetchDest: header('sec-fetch-dest'),
      fetchUser: header('sec-fetch-user'),
    }),
    doubts: doubtsAbout({
      accept: header('accept'),
      acceptLanguage,
      fetchMode: header('sec-fetch-mode'),
    }),
    ip: sourceIp,
    userAgent,
    referrer: header('referer'),
    ...(language !== undefined && { language }),
    ...(country !== undefined && { country }),
    ...(utm !== undefined && { utm }),
    ...(adNetwork !== undefined && { adNetwork }),
  };
}
