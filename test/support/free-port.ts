import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

// Below the range from which the kernel gives local ports to outgoing connections: those of other tests would take it
// between the asking and the listening.
const FROM = 12_000;
const TO = 32_000;

/** A loopback port nobody listens on at this moment. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(FROM, TO);
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}
