/** The real link over WebSocket, its fall-back where TCP does not get through. */
import { randomBytes } from 'node:crypto';
import { expect, test, vi } from 'vitest';
import { LIMITS } from '../../protocol/limits.ts';
import { createLibp2pLink } from '../../server/adapters/libp2p/link.ts';
import { createLog } from '../../server/adapters/log.ts';
import { createSigner } from '../../server/adapters/signer.ts';
import { recorder } from './link-harness.ts';

test('frames and calls go over WebSocket as over TCP, and the key is proven all the same', async () => {
  const log = createLog({ level: 'error', write: () => {} });
  const [seedA, seedB] = [randomBytes(32), randomBytes(32)];
  const listen = [{ host: '127.0.0.1', port: 0, transport: 'ws' as const }];
  const a = await createLibp2pLink({ privateKeySeed: seedA, listen, log });
  const b = await createLibp2pLink({ privateKeySeed: seedB, listen: [], log });
  const [atA, atB] = [recorder(), recorder()];
  await a.listen(() => atA);
  await b.listen(() => null);
  expect(a.addresses()[0]).toMatch(/^\/ip4\/127\.0\.0\.1\/tcp\/\d+\/ws$/);
  const connection = await b.dial(createSigner(seedA).publicKey, a.addresses(), () => atB);
  connection.send(Uint8Array.of(1));
  connection.send(new Uint8Array(LIMITS.frameBytes));
  expect(await connection.call(Uint8Array.of(2), 5_000)).toEqual(Uint8Array.of(2));
  await vi.waitUntil(() => atA.frames.length === 2, { timeout: 10_000 });
  await expect(b.dial(createSigner(randomBytes(32)).publicKey, a.addresses(), () => recorder())).rejects.toThrow(
    'dial',
  );
  connection.close('enough');
  await vi.waitUntil(() => atA.closes.length === 1 && atB.closes.length === 1, { timeout: 10_000 });
  await Promise.all([a.close(), b.close()]);
});

test('what is announced is told instead of what is listened on', async () => {
  const announce = ['/dns4/chat.acme.example/tcp/4440'];
  const log = createLog({ level: 'error', write: () => {} });
  const link = await createLibp2pLink({ privateKeySeed: randomBytes(32), listen: [], announce, log });
  expect(link.addresses()).toEqual(announce);
});
