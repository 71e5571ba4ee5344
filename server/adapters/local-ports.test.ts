import { createPublicKey, verify } from 'node:crypto';
import { expect, test, vi } from 'vitest';
import type { LogFields } from '../ports.ts';
import { createSystemClock } from './clock.ts';
import { createLog } from './log.ts';
import { createSystemRandom } from './random.ts';
import { createSigner } from './signer.ts';

const silent = createLog({ write: () => {} });

test('a timer with delay zero runs after the current work, and not when cancelled', async () => {
  const clock = createSystemClock({ log: silent });
  const seen: string[] = [];
  clock.after(0, () => void seen.push('zero'));
  clock.after(0, () => void seen.push('cancelled')).cancel();
  seen.push('now');
  await new Promise<void>((done) => clock.after(0, done));
  expect(seen).toEqual(['now', 'zero']);
});

test('a delay beyond 2^31 ms is kept and can be cancelled in any part of it', () => {
  vi.useFakeTimers();
  try {
    const clock = createSystemClock({ log: silent });
    const delayMs = 3 * 2 ** 31;
    let runs = 0;
    clock.after(delayMs, () => void runs++);
    const cancelled = clock.after(delayMs, () => void runs++);
    vi.advanceTimersByTime(delayMs - 1);
    cancelled.cancel();
    expect(runs).toBe(0);
    vi.advanceTimersByTime(1);
    expect(runs).toBe(1);
  } finally {
    vi.useRealTimers();
  }
});

test('what a timer throws or rejects with is logged and goes no further', async () => {
  const lines: string[] = [];
  const clock = createSystemClock({ log: createLog({ write: (line) => lines.push(line) }) });
  clock.after(0, () => {
    throw new Error('first');
  });
  clock.after(0, async () => {
    throw new Error('second');
  });
  await vi.waitUntil(() => lines.length === 2);
  expect(lines[0]).toContain('first');
  expect(lines[1]).toContain('second');
});

test('random bytes have the length asked for and differ', () => {
  const random = createSystemRandom();
  expect(random.bytes(0)).toHaveLength(0);
  expect(random.bytes(32)).toHaveLength(32);
  expect(random.bytes(32)).not.toEqual(random.bytes(32));
});

function logged(form: 'json' | 'text', fields: LogFields): string {
  const lines: string[] = [];
  createLog({ form, now: () => 0, write: (line) => lines.push(line) }).info('peer.connected', fields);
  return lines.join('');
}

test('a log line is one line, whatever the fields hold', () => {
  const fields = { name: 'a\nb\u001b[31m\u009b', count: 2, none: null };
  const expected = String.raw`1970-01-01T00:00:00.000Z info  peer.connected name="a\nb\u001b[31m\u009b" count=2 none=null`;
  expect(logged('text', fields)).toBe(`${expected}\n`);
  expect(logged('json', fields).trimEnd()).not.toContain('\n');
  expect(JSON.parse(logged('json', fields))).toMatchObject({ ...fields, level: 'info', event: 'peer.connected' });
});

test('a field cannot pose as the time, level or event of a line', () => {
  expect(JSON.parse(logged('json', { level: 'error', event: 'forged' }))).toMatchObject({
    level: 'info',
    event: 'peer.connected',
  });
});

test('what is below the level is not written', () => {
  const lines: string[] = [];
  const log = createLog({ level: 'warn', write: (line) => lines.push(line) });
  log.debug('a');
  log.info('b');
  log.warn('c');
  log.error('d');
  expect(lines.map((line) => JSON.parse(line).event)).toEqual(['c', 'd']);
});

test('the signer makes the key and signature of the first test of RFC 8032', () => {
  const signer = createSigner(Buffer.from('9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60', 'hex'));
  expect(Buffer.from(signer.publicKey).toString('hex')).toBe(
    'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
  );
  const signature = signer.sign(new Uint8Array());
  expect(Buffer.from(signature).toString('hex')).toMatch(/^e5564300c360ac729086e2cc806e828a/);
  const spki = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), signer.publicKey]);
  expect(verify(null, new Uint8Array(), createPublicKey({ key: spki, format: 'der', type: 'spki' }), signature)).toBe(
    true,
  );
});

test('a seed of another length than 32 bytes is a bug', () => {
  expect(() => createSigner(new Uint8Array(31))).toThrow('bug');
});
