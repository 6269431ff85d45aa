import { type Link, statusAt } from '../../../shared/domain/links/link.ts';
import { requireEnvironment } from '../../../shared/runtime/environment.ts';
import { system } from '../../../shared/runtime/system.ts';

const base = requireEnvironment('LINK_BASE_URL').replace(/\/$/, '');

/** The URL to share of a code. */
export function linkUrl(code: string): string {
  return `${base}/r/${code}`;
}

/** A link as outsiders see it at this moment. */
export function showLink(link: Link) {
  return { ...link, link: linkUrl(link.code), status: statusAt(link, system.now()) };
}
