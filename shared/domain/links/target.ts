import type { Program, RedirectSettings } from '../programs/program.ts';
import { allowedPath } from './deep-path.ts';
import { isAllowedDestination } from './destination.ts';
import type { AppDestinations, Link } from './link.ts';

/** What a program's links do unless it says otherwise. */
export const defaultRedirect: RedirectSettings = {
  status: 302,
  passthrough: 'all',
  deepLinkPaths: [],
  apps: {},
};

/** What a visitor asks of a link. */
export interface Wish {
  /** What follows the code and its slash, unescaped once. */
  readonly path?: string | undefined;
  readonly userAgent?: string | undefined;
}

/**
 * Where a visitor of a link is led: to the path they ask for on the destination's host, if the program allows it;
 * else, on a phone, to the app; else to the destination. The visitor never chooses a host. What the program does not
 * allow any more, since it named its hosts after the link was made, gives way to the program's own destination.
 *
 * @param program undefined if the link's is gone
 */
export function targetOf(link: Link, program: Program | undefined, wish: Wish): string {
  const hosts = program?.destinationHosts ?? [];
  const { deepLinkPaths, apps } = program?.redirect ?? defaultRedirect;
  const web =
    program === undefined || isAllowedDestination(link.destination, hosts)
      ? link.destination
      : program.destination;
  const path = wish.path === undefined ? undefined : allowedPath(wish.path, deepLinkPaths);
  if (path !== undefined) return onHostOf(web, path);
  const platform = platformOf(wish.userAgent ?? '');
  const app = platform && (link.apps?.[platform] ?? apps[platform]);
  return app !== undefined && isAllowedDestination(app, hosts) ? app : web;
}

/** Keeps the query, which names campaigns, and not the fragment, which is a place on another page. */
function onHostOf(destination: string, path: string): string {
  const { origin, search } = new URL(destination);
  return origin + path + search;
}

/** iPads say that they are Macs, and are led to the web. */
function platformOf(userAgent: string): keyof AppDestinations | undefined {
  if (/\b(iPhone|iPad|iPod)\b/.test(userAgent)) return 'ios';
  return /\bAndroid\b/.test(userAgent) ? 'android' : undefined;
}
