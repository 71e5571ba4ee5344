import { beforeEach, describe, expect, test } from 'vitest';
import type { Me } from '../../../protocol/api/shapes.ts';
import {
  decodeIdentity,
  encodeIdentity,
  type Identity,
  verifyIdentity,
} from '../../../protocol/identity/identity-chain.ts';
import { LIMITS } from '../../../protocol/limits.ts';
import { sealVault } from '../../../protocol/seal/vault.ts';
import { personOf, signCard, succeeded, type TestPerson, wasReset } from '../../../protocol/testing/cards.ts';
import { accountOf, deviceOf, orgOf, unwrap } from '../../../protocol/testing/orgs.ts';
import { KeyKeeper } from '../../../test/client/key-keeper.ts';
import { createWorld, type World } from '../../../test/client/world.ts';
import { createMemoryKeys } from '../adapters/memory-keys.ts';
import type { Answer } from '../model.ts';
import { Door } from './door.ts';
import type { OpenKeyring } from './open-keyring.ts';
import type { Entry } from './reopening.ts';

const acme = orgOf(1);
const globex = orgOf(2);
const account = accountOf(7);

let world: World;
let node: KeyKeeper;
let faults: unknown[];

beforeEach(() => {
  world = createWorld(1);
  node = new KeyKeeper(acme);
  faults = [];
});

function meOn(device: number): Me {
  return { org: acme.orgId, account, device: deviceOf(device), address: 'anna@acme.example' } as Me;
}

class Device {
  readonly keys = createMemoryKeys();
  readonly me: Me;
  door!: Door;

  constructor(number: number) {
    this.me = meOn(number);
    this.reload();
  }

  reload(): void {
    const { clock, random } = { clock: world, random: world.random };
    const report = (error: unknown) => faults.push(error);
    this.door = new Door({ api: node.api, keys: this.keys, random, clock, report, label: 'test', byToken: true });
  }

  async open(): Promise<OpenKeyring> {
    return opened(await this.door.reopen(this.me));
  }
}

function opened(entry: Entry): OpenKeyring {
  if (!entry.keyring) throw new Error(`locked: ${entry.locked?.why?.code}`);
  return entry.keyring;
}

function codeOf(answer: Answer<unknown>): string {
  return answer.ok ? 'ok' : answer.refusal.code;
}

/** Two devices of one account, both open. */
async function twoDevices(): Promise<[OpenKeyring, OpenKeyring, string]> {
  const entry = await new Device(1).door.reopen(meOn(1));
  const code = entry.code ?? '';
  const second = new Device(2);
  const other = await second.door.unlock(second.me, { code });
  if (!other.ok) throw new Error(other.refusal.code);
  return [opened(entry), opened(other.value), code];
}

describe('SEAL 3.1: what the node keeps, when it lies', () => {
  test('an older vault than this device has seen is refused', async () => {
    const device = new Device(1);
    const keyring = await device.open();
    const before = node.copy();
    expect(codeOf(await keyring.keepCode((await new Device(9).door.reopen(meOn(9))).code ?? ''))).not.toBe('ok');
    node.others = [personOf(globex, 3)];
    expect(codeOf(await keyring.judge({ org: globex.orgId, account: accountOf(3) }, 'verified'))).toBe('ok');
    node.kept = { ...node.kept, vault: before.vault };
    expect(codeOf(await keyring.reread())).toBe('vault_rolled_back');
    device.reload();
    expect(codeOf(await (await device.open()).reread())).toBe('vault_rolled_back');
  });

  test('an older card than this device has seen is refused', async () => {
    const [first, second] = await twoDevices();
    const before = node.copy();
    await second.reread();
    expect(codeOf(await first.reread())).toBe('ok');
    expect(codeOf(await first.removeDevice(second.device))).toBe('ok');
    node.kept = { ...node.kept, chain: before.chain };
    expect(codeOf(await first.reread())).toBe('vault_rolled_back');
  });

  test('a vault that somebody else sealed, or altered, is refused', async () => {
    const keyring = await new Device(1).open();
    const altered = Uint8Array.from(node.kept.vault ?? []);
    altered[altered.length - 1] = (altered.at(-1) as number) ^ 1;
    const inside = { uikSeed: new Uint8Array(32).fill(1), uks: [new Uint8Array(32).fill(2)], cardSeq: 0, known: [] };
    const unlockers = [{ kind: 1, id: new Uint8Array(16), publicKey: new Uint8Array(32).fill(9) }];
    const content = { ...inside, unlockers, settings: new Uint8Array() };
    const key = new Uint8Array(32).fill(3);
    const forged = unwrap(await sealVault(keyring, 9, key, new Uint8Array(12), content));
    for (const vault of [altered, forged, new Uint8Array([1]), null]) {
      node.kept = { ...node.kept, vault };
      expect(codeOf(await keyring.reread())).toBe('vault_broken');
    }
  });

  test('another chain for the own account is refused, whoever vouches for it', async () => {
    const keyring = await new Device(1).open();
    const invented = { ...personOf(acme, 7) };
    expect(invented.account).toBe(account);
    node.kept = { ...node.kept, chain: invented.chain };
    expect(codeOf(await keyring.reread())).toBe('identity_forked');
    node.kept = { ...node.kept, chain: personOf(acme, 8).chain };
    expect(codeOf(await keyring.reread())).toBe('identity_forked');
    node.kept = { ...node.kept, chain: null };
    expect(codeOf(await keyring.reread())).toBe('vault_broken');
  });

  test('a device that the node adds to the card is refused', async () => {
    const keyring = await new Device(1).open();
    const stranger = personOf(acme, 7);
    const [enrol] = unwrap(decodeIdentity(keyring.identityChain()));
    if (!enrol) throw new Error('no card');
    const forged = signCard(acme, enrol.bytes, 'enrol', stranger.uik);
    node.kept = { ...node.kept, chain: encodeIdentity([forged]) };
    expect(codeOf(await keyring.reread())).toBe('bad_signature');
  });

  test('another chain in answer to a write is refused', async () => {
    const [first, second] = await twoDevices();
    await first.reread();
    node.nextPut = { chain: personOf(acme, 7).chain };
    expect(codeOf(await first.removeDevice(second.device))).toBe('identity_forked');
  });
});

describe('SEAL 3.3: a device', () => {
  test('opens what it has kept without asking the node', async () => {
    const device = new Device(1);
    const before = await device.open();
    node.away = true;
    device.reload();
    const after = await device.open();
    expect(after.identityChain()).toEqual(before.identityChain());
    expect(after.userKey(1)).toEqual(before.userKey(1));
    expect([after.userKey(0), after.userKey(2)]).toEqual([null, null]);
  });

  test('that another took off the card learns that it is none of the account any more', async () => {
    const [first, second] = await twoDevices();
    await first.reread();
    expect(codeOf(await second.reread())).toBe('ok');
    expect(codeOf(await first.removeDevice(second.device))).toBe('ok');
    expect(codeOf(await second.reread())).toBe('bad_device');
  });

  test('has the next user key after another was taken off, and the ones before too', async () => {
    // The first has not read yet that there is a second.
    const [first, second] = await twoDevices();
    const old = first.userKey(1);
    await first.removeDevice(second.device);
    expect(first.identity().ukGen).toBe(2);
    expect(first.userKey(1)).toEqual(old);
    expect(first.userKey(2)).not.toEqual(old);
    const own: Identity = unwrap(verifyIdentity(first.identityChain(), acme.op.key));
    expect(own.devices.map(({ device }) => device)).toEqual([first.device]);
  });

  test('that comes when the card is full takes the place of those that are signed in nowhere', async () => {
    const first = new Device(1);
    const { code } = await first.door.reopen(first.me);
    const enter = async (number: number) => {
      const device = new Device(number);
      const answer = await device.door.unlock(device.me, { code: code ?? '' });
      if (!answer.ok) throw new Error(answer.refusal.code);
      return opened(answer.value);
    };
    for (let number = 2; number <= LIMITS.devicesPerAccount; number++) await enter(number);
    node.signedIn = [1, 3].map(deviceOf);
    const last = await enter(99);
    expect(last.identity().devices.map(({ device }) => device)).toEqual([1, 3, 99].map(deviceOf));
  });

  test('forgets everything: what is written afterwards is not kept', async () => {
    const device = new Device(1);
    const keyring = await device.open();
    node.others = [personOf(globex, 3)];
    const judging = keyring.judge({ org: globex.orgId, account: accountOf(3) }, 'verified');
    await keyring.close();
    await device.keys.clear();
    await judging;
    expect(await device.keys.read()).toBeNull();
  });
});

describe('writing the vault', () => {
  test('goes on top of what another device wrote', async () => {
    const [first, second] = await twoDevices();
    node.others = [personOf(globex, 3), personOf(globex, 4)];
    const [three, four] = [3, 4].map((number) => ({ org: globex.orgId, account: accountOf(number) }));
    if (!three || !four) throw new Error();
    await Promise.all([first.judge(three, 'verified'), second.judge(four, 'verified')]);
    await Promise.all([first.reread(), second.reread()]);
    for (const keyring of [first, second]) {
      expect([three, four].map((who) => keyring.markOf(who.org, who.account))).toEqual(['verified', 'verified']);
    }
  });

  test('is given up after a few conflicts, and changes nothing', async () => {
    const keyring = await new Device(1).open();
    node.others = [personOf(globex, 3)];
    const refuse = () => {
      node.nextPut = 'vault_conflict';
    };
    const puts = node.puts;
    const { call } = node.api;
    Object.assign(node.api, {
      call: (key: never, input: never) => {
        if (String(key).startsWith('PUT')) refuse();
        return call(key, input);
      },
    });
    expect(codeOf(await keyring.judge({ org: globex.orgId, account: accountOf(3) }, 'verified'))).toBe(
      'vault_conflict',
    );
    expect(node.puts).toBe(puts + 5);
    expect(keyring.markOf(globex.orgId, accountOf(3))).toBeNull();
  });
});

describe('SEAL 2.5: others', () => {
  let keyring: OpenKeyring;
  let bob: TestPerson;
  const who = { org: globex.orgId, account: accountOf(3) };
  const mark = () => keyring.markOf(who.org, who.account);
  const ask = async () => (await keyring.identityOf(who.org, who.account))?.mark;

  beforeEach(async () => {
    keyring = await new Device(1).open();
    bob = personOf(globex, 3);
    node.others = [bob];
  });

  test('are pinned at first sight, and that is kept in the vault a little later', async () => {
    expect(mark()).toBeNull();
    expect(await ask()).toBe('pinned');
    const puts = node.puts;
    world.setTime(world.now() + 2_000);
    await world.rest();
    await expect.poll(() => node.puts).toBe(puts + 1);
    expect(await ask()).toBe('pinned');
  });

  test('who have no keys are left out, and known to have none', async () => {
    node.others = [];
    expect(await ask()).toBeUndefined();
    expect(mark()).toBe('none');
    node.others = [bob];
    expect(await ask()).toBe('pinned');
  });

  test('whose node does not answer are not taken for people without keys, and are asked for again', async () => {
    node.silent = [globex.orgId];
    expect(await ask()).toBeUndefined();
    expect([mark(), keyring.chainOf(who.org, who.account)]).toEqual(['unanswered', null]);
    const told: string[] = [];
    keyring.watch((what) => told.push(what));
    node.silent = [];
    world.setTime(world.now() + 2_000);
    await world.rest();
    await expect.poll(mark).toBe('pinned');
    expect(keyring.chainOf(who.org, who.account)).toEqual(bob.chain);
    expect(told).toContain('others');
  });

  test('are warned of after a reset, until it is acknowledged; the mark of a comparison is gone', async () => {
    await ask();
    await keyring.judge(who, 'verified');
    expect(mark()).toBe('verified');
    node.others = [wasReset(bob)];
    expect(await ask()).toBe('changed');
    expect(unwrap((await keyring.safety(who)) as never)).toMatchObject({ former: expect.any(Array) });
    await keyring.judge(who, 'pinned');
    expect(mark()).toBe('pinned');
    expect(unwrap((await keyring.safety(who)) as never)).toMatchObject({ former: null });
  });

  test('may take a new key with the word of the old one', async () => {
    await ask();
    await keyring.judge(who, 'verified');
    node.others = [succeeded(bob)];
    expect(await ask()).toBe('verified');
  });

  test('whose chain the organisation did not sign are left out, and reported', async () => {
    const invented = personOf(acme, 3);
    node.others = [{ ...invented, org: globex }];
    expect(await ask()).toBeUndefined();
    expect(mark()).not.toBe('pinned');
    expect(faults).toHaveLength(1);
  });

  test('that were not asked for are not taken', async () => {
    node.others = [bob];
    const found = await keyring.identitiesOf([{ org: globex.orgId, account: accountOf(4) }]);
    expect(found.size).toBe(0);
  });

  test('of whom the node shows an older chain are known by the newer one', async () => {
    node.others = [wasReset(bob)];
    expect(await ask()).toBe('pinned');
    node.others = [bob];
    expect(await ask()).toBe('pinned');
    const seen = await keyring.identityOf(who.org, who.account);
    expect(seen?.identity.resets).toHaveLength(1);
  });

  test('that a chat shows are pinned; where it shows another key, the newest chain decides', async () => {
    keyring.meet(bob.identity, bob.chain);
    expect(mark()).toBe('pinned');
    expect(node.asked).toBe(0);
    const reset = wasReset(bob);
    node.others = [reset];
    keyring.meet(reset.identity, reset.chain);
    await expect.poll(mark).toBe('changed');
  });

  test('of whom a chat shows an older chain are not warned of', async () => {
    const reset = wasReset(bob);
    node.others = [reset];
    keyring.meet(reset.identity, reset.chain);
    keyring.meet(bob.identity, bob.chain);
    expect(await ask()).toBe('pinned');
    keyring.meet(bob.identity, bob.chain);
    expect([mark(), node.asked]).toEqual(['pinned', 1]);
  });

  test('of whom a chat shows a key that the newest chain never had are warned of', async () => {
    await ask();
    const invented = personOf(globex, 3 + 100);
    keyring.meet({ ...invented.identity, account: who.account }, invented.chain);
    await expect.poll(mark).toBe('changed');
  });
});
