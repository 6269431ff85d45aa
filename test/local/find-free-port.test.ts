import { expect, it } from 'vitest';
import { findFreePort, PortInUse } from '../../local/find-free-port.ts';
import { startLoopback } from '../support/loopback.ts';

it('draws a port that no outgoing connection is given', async () => {
  const ports = await Promise.all(Array.from({ length: 50 }, () => findFreePort()));
  expect(ports.filter((port) => port < 1_024 || port >= 32_768)).toEqual([]);
  expect(new Set(ports).size).toBeGreaterThan(40);
});

it('gives the wanted port, and says so if it is taken', async () => {
  const wanted = await findFreePort();
  expect(await findFreePort(wanted)).toBe(wanted);
  const { url, stop } = await startLoopback();
  const taken = Number(new URL(url).port);
  await expect(findFreePort(taken)).rejects.toThrow(new PortInUse(taken));
  stop();
});
