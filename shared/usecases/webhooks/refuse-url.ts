import { type Refusal, refuse } from '../../contract/problems.ts';
import { isAllowedUrl } from '../../domain/webhooks/url.ts';

/** Refuses a URL that an endpoint may not have. */
export function refuseUrl(url: string | undefined, allowLoopback: boolean): Refusal | undefined {
  if (url === undefined || isAllowedUrl(url, allowLoopback)) return undefined;
  return refuse('webhook_url_not_allowed', {
    detail: 'Only a local stack calls its own machine, where HOOKS_ALLOW_LOOPBACK=1 allows it',
  });
}
