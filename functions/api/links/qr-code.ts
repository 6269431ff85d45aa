import { create } from 'qrcode/lib/core/qrcode.js';
import { render } from 'qrcode/lib/renderer/svg-tag.js';
import { encodePng } from './encode-png.ts';

/** How a QR code is drawn. */
export interface QrStyle {
  /** Pixels a side. */
  readonly size: number;
  /** White around it, in modules. */
  readonly margin: number;
}

/** A text as a QR code, in SVG. Medium error correction: 15% of it may be covered. */
export function qrSvg(text: string, { size, margin }: QrStyle): string {
  return render(create(text, { errorCorrectionLevel: 'M' }), { width: size, margin });
}

/**
 * A text as a QR code, in PNG. Modules have whole pixels, so that no scanner meets grey ones: what remains of the
 * size is margin, and where the size is too small for a pixel a module the picture is larger.
 */
export function qrPng(text: string, { size, margin }: QrStyle): Buffer {
  const { modules } = create(text, { errorCorrectionLevel: 'M' });
  const across = modules.size + 2 * margin;
  const scale = Math.max(1, Math.floor(size / across));
  const side = Math.max(size, across);
  const offset = Math.floor((side - modules.size * scale) / 2);
  return encodePng(side, (x, y) => {
    const [column, row] = [Math.floor((x - offset) / scale), Math.floor((y - offset) / scale)];
    if (column < 0 || row < 0 || column >= modules.size || row >= modules.size) return false;
    return modules.data[row * modules.size + column] === 1;
  });
}
