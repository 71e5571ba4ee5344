import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isNewerChain, verifyChain } from '../../protocol/identity/organisation.ts';
import { isExpired } from '../../protocol/identity/record.ts';
import { LIMITS } from '../../protocol/limits.ts';
import { expectRefusal, type Home, openHome, value } from '../../test/fixtures/identity.ts';
import { openInstances } from './instances.ts';
import { openOrganisation } from './organisation.ts';

const HOUR_MS = 60 * 60_000;
let home: Home;
beforeEach(() => {
  home = openHome('Acme');
});
afterEach(() => home.end());

const keyFile = () => join(home.folder, 'keys.json');

test('PROTOCOL 1.5: the first start makes the organisation, and every later one finds it again', async () => {
  const { organisation } = await home.node('acme.example');
  const first = organisation.current();
  expect(first.record).toMatchObject({
    name: 'Acme',
    domains: ['acme.example'],
    endpoints: ['/ip4/127.0.0.1/tcp/4440'],
  });
  expect(value(verifyChain(organisation.chainBytes())).orgId).toBe(organisation.orgId);
  expect(first.record.opKey).toEqual(organisation.signer.publicKey);
  await home.reopen();
  const again = (await home.node('acme.example')).organisation;
  expect(again.orgId).toBe(organisation.orgId);
  expect(again.chainBytes()).toEqual(first.chainBytes);
});

test('PROTOCOL 1.4: key and phrase lie in a file for its owner alone, and nowhere in the database', async () => {
  const { organisation } = await home.node('acme.example');
  expect(statSync(keyFile()).mode & 0o777).toBe(0o600);
  const { operationalSeed } = JSON.parse(readFileSync(keyFile(), 'utf8')) as { operationalSeed: string };
  const phrase = organisation.recoveryPhrase()?.join(' ') ?? '';
  await home.reopen();
  const database = readFileSync(join(home.folder, 'node.db'));
  expect(database.includes(Buffer.from(operationalSeed, 'base64'))).toBe(false);
  expect(database.includes(phrase.slice(0, 20))).toBe(false);
});

test('PROTOCOL 1.4: the phrase is told until it is confirmed, then it is gone', async () => {
  const { organisation } = await home.node('acme.example');
  const words = organisation.recoveryPhrase() ?? [];
  expect(words).toHaveLength(24);
  expect(organisation.isPhraseConfirmed()).toBe(false);
  expectRefusal(organisation.confirmPhrase([...words].reverse().join(' ')), 'phrase_wrong');
  expectRefusal(organisation.confirmPhrase(''), 'phrase_wrong');
  value(organisation.confirmPhrase(`  ${words.join('\n ').toUpperCase()} `));
  expect(organisation.isPhraseConfirmed()).toBe(true);
  expect(organisation.recoveryPhrase()).toBeUndefined();
  expect(readFileSync(keyFile(), 'utf8')).not.toContain(words[0]);
  expectRefusal(organisation.confirmPhrase(words.join(' ')), 'phrase_confirmed');
  await home.reopen();
  expect((await home.node('acme.example')).organisation.isPhraseConfirmed()).toBe(true);
});

test('PROTOCOL 1.4: the words alone change the domain', async () => {
  const { organisation } = await home.node('acme.example');
  const before = organisation.current();
  const phrase = organisation.recoveryPhrase()?.join(' ') ?? '';
  const other = openHome('Globex');
  const foreign = (await other.node('globex.example')).organisation.recoveryPhrase()?.join(' ') ?? '';
  await other.end();
  expectRefusal(await organisation.changeDomain('not these words', 'acme.test'), 'phrase_wrong');
  expectRefusal(await organisation.changeDomain(foreign, 'acme.test'), 'phrase_wrong');
  expectRefusal(await organisation.changeDomain(phrase, 'ACME'), 'bad_record');
  value(await organisation.changeDomain(phrase, 'acme.test'));
  expect(organisation.current().record.domains).toEqual(['acme.test', 'acme.example']);
  expect(organisation.current().rootRecords).toHaveLength(2);
  expect(value(isNewerChain(organisation.current(), before))).toBe(true);
});

test('PROTOCOL 1.7: the record is renewed before half of its life is over, as long as the node runs', async () => {
  const { organisation } = await home.node('acme.example');
  const changes: number[] = [];
  organisation.onChange(({ record }) => changes.push(record.seq));
  await home.clock.pass(LIMITS.recordLifetimeMs / 2 - HOUR_MS);
  expect(changes).toEqual([]);
  for (let hours = 0; hours < 24 * 30; hours++) {
    await home.clock.pass(HOUR_MS);
    expect(isExpired(organisation.current().record, home.clock.now() + LIMITS.recordLifetimeMs / 2 - HOUR_MS)).toBe(
      false,
    );
  }
  expect(changes.length).toBeGreaterThan(7);
  expect(changes.length).toBeLessThan(12);
  organisation.close();
  await home.clock.pass(LIMITS.recordLifetimeMs);
  expect(organisation.current().record.seq).toBe(changes.at(-1));
});

test('PROTOCOL 1.7: a node that was off for long renews at its start', async () => {
  await home.node('acme.example');
  await home.clock.pass(30 * 24 * HOUR_MS);
  await home.reopen();
  const { organisation } = await home.node('acme.example');
  expect(isExpired(organisation.current().record, home.clock.now())).toBe(false);
});

test('PROTOCOL 1.7: a record from a clock that ran ahead is replaced once the clock is right', async () => {
  const { organisation } = await home.node('acme.example');
  await home.clock.pass(-HOUR_MS);
  expect(isExpired(organisation.current().record, home.clock.now())).toBe(true);
  await home.reopen();
  expect(isExpired((await home.node('acme.example')).organisation.current().record, home.clock.now())).toBe(false);
});

test('PROTOCOL 1.4: another description is issued anew, the same one is not', async () => {
  const { organisation } = await home.node('acme.example');
  const before = organisation.current();
  value(await organisation.describe({ name: 'Acme' }));
  expect(organisation.current()).toBe(before);
  value(await organisation.describe({ name: 'Acme Ltd', features: ['suite0'] }));
  expect(organisation.current().record).toMatchObject({ name: 'Acme Ltd', features: ['suite0'] });
  value(await organisation.describe({ endpoints: [] }));
  expect(organisation.current()).toMatchObject({ orgId: before.orgId, record: { name: 'Acme Ltd', endpoints: [] } });
  expectRefusal(await organisation.describe({ name: '' }), 'bad_record');
  await Promise.all([organisation.describe({ name: 'One' }), organisation.describe({ features: ['two'] })]);
  expect(organisation.current().record).toMatchObject({ name: 'One', features: ['two'] });
  await home.reopen();
  const again = await openOrganisation(home.parts('acme.example'));
  expect(again.current().record).toMatchObject({ name: 'Acme', features: [] });
  again.close();
});

test('PROTOCOL 1.6: a node restored from a backup issues records newer than those it has forgotten', async () => {
  const { organisation } = await home.node('acme.example');
  const backup = organisation.current();
  for (const name of ['One', 'Two', 'Three']) {
    await home.clock.pass(60_000);
    value(await organisation.describe({ name }));
  }
  const forgotten = organisation.current();
  organisation.close();
  await home.db.write((tx) => tx.prepare('UPDATE ownOrganisation SET chain = ?').run(backup.chainBytes));
  await home.clock.pass(LIMITS.recordLifetimeMs);
  const restored = (await home.node('acme.example')).organisation.current();
  expect(value(isNewerChain(restored, forgotten))).toBe(true);
});

test('another configured domain is reported and changes nothing', async () => {
  await home.node('acme.example');
  await home.reopen();
  const { organisation } = await home.node('other.example');
  expect(organisation.current().record.domains).toEqual(['acme.example']);
  expect(home.log.events).toContain('organisation.other_domain');
});

test('a database and a key file that do not belong together are a fault, and nothing is made anew', async () => {
  const { organisation } = await home.node('acme.example');
  const keys = readFileSync(keyFile(), 'utf8');
  organisation.close();
  const start = () => openOrganisation(home.parts('acme.example'));
  rmSync(keyFile());
  await expect(start()).rejects.toThrow('the key file is missing');
  writeFileSync(keyFile(), 'half a fi');
  await expect(start()).rejects.toThrow('the key file is damaged');
  writeFileSync(keyFile(), JSON.stringify({ v: 1, operationalSeed: Buffer.alloc(32, 3).toString('base64') }));
  await expect(start()).rejects.toThrow('belongs to another database');
  await home.db.write((tx) => tx.prepare('DELETE FROM ownOrganisation').run());
  await expect(start()).rejects.toThrow('the database is missing');
  writeFileSync(keyFile(), keys);
  expect((await home.node('acme.example')).organisation.recoveryPhrase()).toHaveLength(24);
});

test('PROTOCOL 1.11: each start draws an instance, and the last 512 are kept', async () => {
  const parts = () => ({ db: home.db, clock: home.clock, random: home.random });
  const first = await openInstances(parts());
  expect(first.current).toHaveLength(8);
  expect(first.all()).toEqual([first.current]);
  await home.reopen();
  const second = await openInstances(parts());
  expect(second.all()).toEqual([second.current, first.current]);
  expect(second.has(first.current)).toBe(true);
  expect(first.has(second.current)).toBe(false);
  for (let i = 2; i < 512; i++) await openInstances(parts());
  expect((await openInstances(parts())).all()).toHaveLength(512);
  expect((await openInstances(parts())).has(first.current)).toBe(false);
});
