import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** The port cannot be had; the message says what to do. */
export class PortInUse extends Error {
  constructor(port: number) {
    super(`Port ${port} is in use: stop what uses it, or take another with --port (0 takes a free one)`);
    this.name = 'PortInUse';
  }
}

/** Below the ports that systems give to outgoing connections, one of which could take a port before it is used. */
const DRAWN_FROM = 20_000;
const DRAWN_BELOW = 32_000;
const DRAWS = 100;

/**
 * A port of 127.0.0.1 that is free now.
 *
 * @param wanted 0 takes any
 * @throws PortInUse
 */
export async function findFreePort(wanted = 0): Promise<number> {
  if (wanted !== 0) return probePort(wanted);
  for (let draw = 1; ; draw += 1) {
    try {
      return await probePort(randomInt(DRAWN_FROM, DRAWN_BELOW));
    } catch (error) {
      if (draw === DRAWS || !(error instanceof PortInUse)) throw error;
    }
  }
}

function probePort(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'EADDRINUSE' || error.code === 'EACCES' ? new PortInUse(port) : error),
    );
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(port)));
  });
}
