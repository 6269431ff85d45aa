import { isLoopback, isPublicAddress } from '../hooks/public-address.ts';
import { type Finding, type Findings, joinFindings, noFindings } from './finding.ts';
import type { Hook, Hooks } from './program.ts';

/** Checks where a program's own logic leads. Names are looked up when they are called, and checked again then. */
export function checkHooks(hooks: Hooks): Findings {
  const { calculation, notification, validation } = hooks;
  return joinFindings([
    checkAddress(validation, 'hooks.validation'),
    checkAddress(calculation, 'hooks.calculation'),
    checkAddress(notification, 'hooks.notification'),
    { ...noFindings, warnings: unusedFallback(notification) },
  ]);
}

function checkAddress(hook: Hook | undefined, at: string): Findings {
  if (hook?.url === undefined) return noFindings;
  const host = new URL(hook.url).hostname.replace(/^\[|\]$/g, '');
  const field = `${at}.url`;
  if (host === 'localhost' || host.endsWith('.localhost') || isLoopback(host)) {
    const message = 'is this machine: it is called only by a local stack that allows it';
    return { ...noFindings, warnings: [{ field, message }] };
  }
  const isAddress = /^[\d.]+$/.test(host) || host.includes(':');
  if (!isAddress || isPublicAddress(host)) return noFindings;
  return { ...noFindings, errors: [{ field, message: 'must not be an address of a private network' }] };
}

function unusedFallback(hook: Hook | undefined): Finding[] {
  if (hook === undefined || hook.fallback === 'default') return [];
  return [
    { field: 'hooks.notification.fallback', message: 'has no effect: nothing waits for a notification' },
  ];
}
