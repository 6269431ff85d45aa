import type { APIGatewayRequestAuthorizerEventV2 } from 'aws-lambda';
import type { CallerContext } from '../../shared/http/caller.ts';

/** Asks the authorizer, as the gateway does, who sends this header. Imported after the backend has started. */
export async function authorize(authorization: string): Promise<CallerContext> {
  const { handler } = await import('../../functions/authorizer/handler.ts');
  const event = { headers: { authorization } } as unknown as APIGatewayRequestAuthorizerEventV2;
  return (await handler(event)).context;
}
