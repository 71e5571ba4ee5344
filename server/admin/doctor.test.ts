import { expect, test } from 'vitest';
import type { Organisation } from '../../protocol/identity/organisation.ts';
import { Fault } from '../../protocol/result.ts';
import { createDoctor, type DoctorUses } from './doctor.ts';
import type { Status } from './shapes.ts';

const NOW = Date.UTC(2026, 10, 24);
const chainBytes = new Uint8Array([1, 2, 3]);

function uses(domain: string, differs: Partial<Status> = {}): DoctorUses {
  const record = { issuedAt: NOW, expiresAt: NOW + 6 * 86_400_000, domains: [domain] };
  const status = {
    domain,
    phraseConfirmed: true,
    federationAddresses: ['/dns4/acme.example/tcp/4440'],
    stopped: [],
    peers: [],
  };
  return {
    clock: { now: () => NOW },
    organisation: { current: () => ({ record, chainBytes }) as unknown as Organisation },
    network: { settings: () => ({ mode: 'allow-list', directory: 'nobody' }) },
    status: () => ({ ...status, ...differs }) as Status,
    wellKnown: { fetchRecord: async () => chainBytes },
  };
}

async function stateOf(given: DoctorUses, name: string): Promise<string | undefined> {
  return (await createDoctor(given)()).find((check) => check.name === name)?.state;
}

test('all is good on a node that partners reach', async () => {
  const checks = await createDoctor(uses('acme.example'))();
  expect(new Set(checks.map(({ state }) => state))).toEqual(new Set(['good']));
  expect(checks.map(({ name }) => name)).toContain('domain');
});

test('the domain is asked as a partner would', async () => {
  const other = { ...uses('acme.example'), wellKnown: { fetchRecord: async () => new Uint8Array([9]) } };
  expect(await stateOf(other, 'domain')).toBe('bad');
  const away = { ...uses('acme.example'), wellKnown: { fetchRecord: () => Promise.reject(new Fault('refused')) } };
  expect(await stateOf(away, 'domain')).toBe('warning');
  expect(await stateOf(uses('acme.localhost'), 'domain')).toBe('skipped');
});

test('stopped chats are bad, told by reason and number', async () => {
  const stopped = [{ reason: 'forked', count: 2 }];
  const checks = await createDoctor(uses('acme.example', { stopped }))();
  expect(checks).toContainEqual(expect.objectContaining({ name: 'chats', state: 'bad', found: 'stopped: 2 × forked' }));
});

test('an address of this machine alone is told', async () => {
  const federationAddresses = ['/ip4/127.0.0.1/tcp/4440'];
  expect(await stateOf(uses('acme.example', { federationAddresses }), 'federation address')).toBe('warning');
  expect(await stateOf(uses('acme.localhost', { federationAddresses }), 'federation address')).toBe('skipped');
});
