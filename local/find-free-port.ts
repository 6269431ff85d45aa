import { createServer } from 'node:net';

/** The port cannot be had; the message says what to do. */
export class PortInUse extends Error {
  constructor(port: number) {
    super(`Port ${port} is in use: stop what uses it, or take another with --port (0 takes a free one)`);
    this.name = 'PortInUse';
  }
}

/**
 * A port of 127.0.0.1 that is free now.
 *
 * @param wanted 0 takes any
 * @throws PortInUse
 */
export function findFreePort(wanted = 0): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'EADDRINUSE' || error.code === 'EACCES' ? new PortInUse(wanted) : error),
    );
    server.listen(wanted, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : wanted));
    });
  });
}
