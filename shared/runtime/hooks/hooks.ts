import type { DefaultHooks } from '../../domain/hooks/hook.ts';
import type { Hook } from '../../domain/programs/program.ts';
import type { HookCall, HookReply } from '../../usecases/hooks/ask-hook.ts';
import { keptSecret } from '../kept-secret.ts';
import { log } from '../log.ts';
import { isWebhookSecret } from '../outbound/sign-webhook.ts';
import { callLambda } from './call-lambda.ts';
import { callUrl } from './call-url.ts';
import { readDefaultHooks } from './default-hooks.ts';
import { readHookAnswer } from './read-hook-answer.ts';

/** A new secret is used everywhere within this time. */
const keepSecretMs = 300_000;

const loadSecret = keptSecret('HOOK_SECRET_ARN', keepSecretMs);

/** What use cases need to ask hooks, from the environment of a function that may. */
export const hooks = {
  readHookAnswer,

  /** Hooks of the whole deployment: the functions that its stack was given. */
  get defaultHooks(): DefaultHooks {
    return readDefaultHooks();
  },

  /** Calls a hook once. What fails is logged, without what was sent. Throws if the signing secret can't be read. */
  async callHook(hook: Hook, call: HookCall): Promise<HookReply> {
    const reply = await callTarget(hook, call);
    if ('because' in reply) {
      const { kind, id: hookCallId } = call;
      const { because } = reply;
      log('warn', 'hook failed', { kind, hookCallId, because, ...targetOf(hook) });
    }
    return reply;
  },
};

async function callTarget(hook: Hook, call: HookCall): Promise<HookReply> {
  if (hook.lambdaArn !== undefined) return callLambda(hook.lambdaArn, call);
  const secret = await loadSecret();
  if (!isWebhookSecret(secret)) throw new Error('The signing secret of hooks is none of Standard Webhooks');
  const allowLoopback = process.env['HOOKS_ALLOW_LOOPBACK'] === '1';
  return callUrl(hook.url ?? '', call, { secret, allowLoopback, now: Date.now });
}

/** Of an address only the host: the rest may carry what is secret. */
function targetOf({ lambdaArn, url }: Hook): Record<string, string> {
  return lambdaArn === undefined ? { host: new URL(url ?? '').host } : { lambdaArn };
}
