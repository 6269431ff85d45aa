/** The parts of `qrcode` that draw: its entry brings a terminal, canvases and another PNG encoder along. */
declare module 'qrcode/lib/core/qrcode.js' {
  export { create } from 'qrcode';
}

declare module 'qrcode/lib/renderer/svg-tag.js' {
  import type { QRCode } from 'qrcode';
  export function render(code: QRCode, options: { width: number; margin: number }): string;
}
