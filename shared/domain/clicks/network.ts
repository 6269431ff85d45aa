/**
 * The network that an address stands for: itself for IPv4, the /64 for IPv6, within which a device changes its address
 * every day.
 *
 * @param ip as a gateway or zod let it pass: IPv4, or IPv6 in any spelling
 */
export function networkOf(ip: string): string {
  const address = ip.trim().toLowerCase();
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(address)?.[1];
  if (mapped !== undefined || !address.includes(':')) return mapped ?? address;
  const [head = '', tail = ''] = address.replace(/%.*$/, '').split('::');
  const [before, after] = [wordsOf(head), wordsOf(tail)];
  const zeros = Array.from({ length: Math.max(0, 8 - before.length - after.length) }, () => '0');
  return [...before, ...zeros, ...after].slice(0, 4).join(':');
}

function wordsOf(part: string): string[] {
  return part === '' ? [] : part.split(':').map((word) => word.replace(/^0+(?=.)/, ''));
}
