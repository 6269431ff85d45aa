import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { campaignOf } from '../../shared/domain/clicks/campaign.ts';
import { placeOf } from '../../shared/domain/clicks/origin.ts';
import { classifyVisit, doubtsAbout } from '../../shared/domain/clicks/visit.ts';
import { addressOf } from '../../shared/http/address.ts';
import { isBotAgent } from '../../shared/runtime/user-agent.ts';
import type { Visitor } from '../../shared/usecases/clicks/record-visit.ts';

/** Headers, in lower case, in which the edge before the API, if there is one, tells where a visitor comes from. */
export interface EdgeHeaders {
  readonly country: string;
  /** The number of their network. */
  readonly asn: string;
}

/** Who follows a link, as their request tells. */
export function readVisitor(event: APIGatewayProxyEventV2, edge: EdgeHeaders): Visitor {
  const { method } = event.requestContext.http;
  const header = (name: string): string | undefined => event.headers[name];
  const userAgent = header('user-agent');
  const acceptLanguage = header('accept-language');
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
    ip: addressOf(event),
    userAgent,
    referrer: header('referer'),
    ...placeOf({ language: acceptLanguage, country: header(edge.country), asn: header(edge.asn) }),
    ...campaignOf(event.queryStringParameters ?? {}),
  };
}
