import rapidoc from 'rapidoc/dist/rapidoc-min.js.gz';
import type { Route } from '../../../shared/contract/route.ts';
import { errorsPage } from './errors.ts';
import { eventsPage } from './events.ts';
import { explorer, explorerScript } from './explorer.ts';
import { type ManualPage, manualPage, overviewPage } from './manual.ts';
import { referencePage } from './reference.ts';
import { scopesPage } from './scopes.ts';
import { explorerStyle, icon, style } from './style.ts';

/** A file of the site. */
export interface SiteFile {
  readonly type: 'text/html; charset=utf-8' | 'text/css' | 'text/javascript' | 'image/svg+xml';
  readonly contentSecurity: string;
  /** Its text, or its bytes as they are packed already (gzip). */
  readonly make: () => string | Uint8Array;
}

const framed = "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/** Pages run nothing. */
const still = `default-src 'none'; style-src 'self'; img-src 'self'; ${framed}`;
/** RapiDoc writes style elements of its own, and calls the API. */
const running = `default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self'; img-src 'self' data:; ${framed}`;

const pageOf = (make: () => string, contentSecurity = still): SiteFile => ({
  type: 'text/html; charset=utf-8',
  contentSecurity,
  make,
});
const assetOf = (type: SiteFile['type'], content: string | Uint8Array): SiteFile => ({
  type,
  contentSecurity: still,
  make: () => content,
});

/** The files of the documentation by what follows `/docs/` in their address, each made when it is asked for first. */
export function siteFiles(
  routes: readonly Route[],
  manual: readonly ManualPage[],
): ReadonlyMap<string, SiteFile> {
  return new Map([
    ['', pageOf(() => overviewPage(manual))],
    ['reference', pageOf(() => referencePage(routes))],
    ['api', pageOf(() => explorer, running)],
    ['errors', pageOf(errorsPage)],
    ['scopes', pageOf(() => scopesPage(routes))],
    ['events', pageOf(eventsPage)],
    ...manual.map((page) => [page.slug, pageOf(() => manualPage(page))] as const),
    ['style.css', assetOf('text/css', style)],
    ['icon.svg', assetOf('image/svg+xml', icon)],
    ['explorer.css', assetOf('text/css', explorerStyle)],
    ['explorer.js', assetOf('text/javascript', explorerScript)],
    ['rapidoc.js', assetOf('text/javascript', rapidoc)],
  ]);
}
