/**
 * What a frame costs over the real link: CPU microseconds, both sides in this process together, loopback TCP.
 * `npm run bench link`; compare ratios, not machines.
 */
import { randomBytes } from 'node:crypto';
import { createLibp2pLink } from '../../server/adapters/libp2p/link.ts';
import { createLog } from '../../server/adapters/log.ts';
import { createSigner } from '../../server/adapters/signer.ts';
import type { ConnectionHandlers } from '../../server/ports.ts';

const FRAME_BYTES = 300;
const log = createLog({ level: 'warn', form: 'text' });

async function createEnd() {
  const seed = randomBytes(32);
  const link = await createLibp2pLink({ privateKeySeed: seed, listen: [{ host: '127.0.0.1', port: 0 }], log });
  return { link, publicKey: createSigner(seed).publicKey };
}

const handlers = (onFrame: () => void): ConnectionHandlers => ({
  onFrame,
  onCall: async (request) => request,
  onFetch: async (request) => request,
  onDrain: () => {},
  onClose: () => {},
});

const receiver = await createEnd();
const sender = await createEnd();
let received = 0;
let wanted = 0;
let allReceived = (): void => {};
await receiver.link.listen(() => handlers(countFrame));
await sender.link.listen(() => null);
const open = () => handlers(() => {});
const connection = await sender.link.dial(receiver.publicKey, receiver.link.addresses(), open);

function countFrame(): void {
  received += 1;
  if (received === wanted) allReceived();
}

async function measureFrames(perTick: number, frames: number): Promise<number> {
  received = 0;
  const frame = new Uint8Array(FRAME_BYTES);
  const before = process.cpuUsage();
  for (wanted = perTick; wanted <= frames; wanted += perTick) {
    const arrived = new Promise<void>((done) => {
      allReceived = done;
    });
    // One tick under way at a time, or ticks would be merged by the queue and the figure be that of larger batches.
    for (let i = 0; i < perTick; i += 1) connection.send(frame);
    await arrived;
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / frames;
}

async function measureCalls(calls: number): Promise<number> {
  const before = process.cpuUsage();
  for (let i = 0; i < calls; i += 1) await connection.call(new Uint8Array(FRAME_BYTES), 5_000);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / calls;
}

await measureFrames(1, 2_000);
for (const perTick of [1, 50]) {
  const micros = await measureFrames(perTick, perTick * 4_000);
  console.log(
    `${String(perTick).padStart(3)} frame(s) of ${FRAME_BYTES} bytes a tick: ${micros.toFixed(1)} µs CPU each`,
  );
}
console.log(`a call: ${(await measureCalls(1_000)).toFixed(0)} µs CPU`);
await sender.link.close();
await receiver.link.close();
