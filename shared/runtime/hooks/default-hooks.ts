import type { DefaultHooks, HookKind } from '../../domain/hooks/hook.ts';

/** Hooks of the whole deployment: the functions that its stack was given, where this function is told of them. */
export function readDefaultHooks(): DefaultHooks {
  return {
    ...defaultHook('validation', 'VALIDATION_HOOK_ARN'),
    ...defaultHook('calculation', 'CALCULATION_HOOK_ARN'),
    ...defaultHook('notification', 'NOTIFICATION_HOOK_ARN'),
  };
}

function defaultHook(kind: HookKind, variable: string): DefaultHooks {
  const lambdaArn = process.env[variable];
  if (lambdaArn === undefined || lambdaArn === '') return {};
  return { [kind]: { lambdaArn, timeoutMs: 3_000, fallback: 'default' } };
}
