import { TextAnswer } from '../../../shared/http/text-answer.ts';
import { qrPng, qrSvg } from './qr-code.ts';
import { linkUrl } from './show-link.ts';

/** A link's picture never changes, and is its owner's: browsers may keep it for a day, shared caches may not. */
const cached = { 'cache-control': 'private, max-age=86400' };

interface Drawing {
  readonly format?: 'svg' | 'png' | undefined;
  readonly size?: number | undefined;
  readonly margin?: number | undefined;
}

/** The QR code of a link as an answer. */
export function drawLink(code: string, { format = 'svg', size = 512, margin = 4 }: Drawing): TextAnswer {
  const style = { size, margin };
  return format === 'svg'
    ? new TextAnswer('image/svg+xml', qrSvg(linkUrl(code), style), cached)
    : new TextAnswer('image/png', qrPng(linkUrl(code), style).toString('base64'), cached);
}
