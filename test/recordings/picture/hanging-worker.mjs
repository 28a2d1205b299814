// Says that it comes to one frame after the other, and never gets past the third unless it is told to leave it out.

import { parentPort, workerData } from 'node:worker_threads';

for (let frame = 0; frame < 5; frame += 1) {
  parentPort.postMessage({ kind: 'frame', frame });
  if (frame === 3 && !workerData.skip.includes(3)) for (;;);
}
parentPort.postMessage({ kind: 'done', built: true });
