// Files on their way to a node that cuts, refuses, forgets and lies, from a client that is stopped and started in between.
import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ChatId, EntryId } from '../../protocol/ids.ts';
import { createMemorySpools } from '../../web/client/adapters/memory-spools.ts';
import { systemRandom } from '../../web/client/adapters/system.ts';
import { readSealed } from '../../web/client/files/reading.ts';
import { Uploads } from '../../web/client/files/uploads.ts';
import type { OutgoingFile } from '../../web/client/files/views.ts';
import { createMemoryStore } from '../../web/client/memory-store.ts';
import type { Queued } from '../../web/client/outbox.ts';
import { startTusNode, type TusNode } from './tus-node.ts';

const CHAT = 'chat' as ChatId;
const ENTRY = 'entry' as EntryId;

/** A device: what it keeps outlives the programs that run on it. */
class Device {
  readonly store = createMemoryStore();
  readonly spools = createMemorySpools();
  readonly refused: string[] = [];
  readonly faults: unknown[] = [];
  readonly #node: TusNode;
  queued: Queued[] = [];
  uploads!: Uploads;
  #looks: (() => void)[] = [];

  constructor(node: TusNode) {
    this.#node = node;
  }

  async start(): Promise<this> {
    const { baseUrl } = this.#node;
    const look = () => {
      for (const each of [...this.#looks]) each();
    };
    this.uploads = new Uploads({
      ports: {
        baseUrl,
        spools: this.spools,
        fetch: (url, init) => fetch(url, init),
        headers: () => ({}),
        pieceBytes: 65_536,
      },
      store: this.store,
      random: systemRandom,
      // Whatever is tried again is tried at once.
      clock: { now: () => Date.now(), after: (_, run) => timerOf(setImmediate(() => void run())) },
      waiting: () => this.queued,
      changed: look,
      ready: look,
      refuse: async (entryId, code) => {
        this.refused.push(code);
        const refusal = { code, sentence: '' };
        this.queued = this.queued.map((each) => (each.entryId === entryId ? { ...each, refusal } : each));
        look();
      },
      report: (error) => this.faults.push(error),
    });
    await this.uploads.restore();
    return this;
  }

  /** Puts it into the outbox and seals it. */
  async send(...files: OutgoingFile[]): Promise<void> {
    const item = {
      chat: CHAT,
      entryId: ENTRY,
      said: { type: 'text', text: '' },
      mentions: [],
      at: 1,
      order: 1,
    } as const;
    this.queued = [{ ...item, refusal: null, files: this.uploads.describe(files) }];
    await this.uploads.read(this.queued[0]!, files);
  }

  until(isSo: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (!isSo()) return;
        this.#looks = this.#looks.filter((each) => each !== look);
        resolve();
      };
      this.#looks.push(look);
      look();
    });
  }

  complete(): Promise<void> {
    return this.until(() => this.uploads.isComplete(this.queued[0]!));
  }
}

function timerOf(immediate: NodeJS.Immediate) {
  return { cancel: () => clearImmediate(immediate) };
}

const contents = new Uint8Array(randomBytes(300_001));
const file = (bytes = contents): OutgoingFile => ({ file: new Blob([bytes]), name: 'plan.bin', type: '' });

/** What the node has, opened with what the message would say. */
async function opened(node: TusNode, device: Device): Promise<Buffer[]> {
  const named = device.uploads.contents(device.queued[0]!.files!);
  const fetchBlob = async (blob: string, from: number, to: number) => {
    const bytes = node.blobs().get(blob)!;
    return { stream: new Blob([new Uint8Array(bytes.subarray(from, to))]).stream(), total: bytes.length };
  };
  return Promise.all(
    named.map(async (each) => Buffer.from(await readSealed(each, { fetchBlob, pause: async () => {} }).bytes())),
  );
}

let node: TusNode;
let device: Device;
beforeEach(async () => {
  node = await startTusNode();
  device = await new Device(node).start();
});
afterEach(async () => {
  device.uploads.close();
  await node.close();
  expect(device.faults).toEqual([]);
});

describe('files of a message that waits', () => {
  test('are on the node whole, sealed, and open with what the message says of them', async () => {
    const thumb = { file: new Blob(['small']), width: 4, height: 3 };
    await device.send({ ...file(), thumb }, file(new Uint8Array([1, 2, 3])));
    await device.complete();
    const [first, second] = await opened(node, device);
    expect([first!.equals(contents), [...second!]]).toEqual([true, [1, 2, 3]]);
    expect(node.blobs().size).toBe(3);
    expect([...node.blobs().values()].some((bytes) => bytes.includes('small'))).toBe(false);
  });

  test('go on where the connection broke, at any byte', async () => {
    node.cutAfter = 40_000;
    await device.send(file());
    await device.complete();
    expect((await opened(node, device))[0]!.equals(contents)).toBe(true);
    expect(node.requests.filter((method) => method === 'POST')).toHaveLength(1);
    expect(node.requests.filter((method) => method === 'HEAD').length).toBeGreaterThan(3);
  });

  test('go on after a new start with the same bytes, and the file itself is not needed', async () => {
    node.cutAfter = 50_000;
    await device.send(file());
    await device.until(() => node.requests.filter((method) => method === 'PATCH').length > 1);
    device.uploads.close();
    node.cutAfter = null;
    await device.start();
    await device.complete();
    expect((await opened(node, device))[0]!.equals(contents)).toBe(true);
    expect(node.requests.filter((method) => method === 'POST')).toHaveLength(1);
  });

  test('that were not sealed to their end leave nothing that is sent', async () => {
    const queued = { ...file(), file: new Blob([contents]) };
    device.queued = [
      {
        ...{ chat: CHAT, entryId: ENTRY, mentions: [], at: 1, order: 1, refusal: null },
        said: { type: 'text', text: '' },
        files: device.uploads.describe([queued]),
      },
    ];
    const writer = await device.spools.create(device.queued[0]!.files![0]!.id, 10);
    await writer.write(new Uint8Array(10));
    await writer.end();
    device.uploads.close();
    await device.start();
    expect(device.refused).toEqual(['file_lost']);
    expect(node.requests).toEqual([]);
    expect(await device.spools.names()).toHaveLength(1);
    await device.uploads.gone(device.queued[0]!.files!, false);
    expect(await device.spools.names()).toEqual([]);
  });

  test('that became others while they waited to be sealed are refused', async () => {
    const [described] = device.uploads.describe([file()]);
    device.queued = [
      {
        chat: CHAT,
        entryId: ENTRY,
        said: { type: 'text', text: '' },
        mentions: [],
        at: 1,
        order: 1,
        refusal: null,
        files: [described!],
      },
    ];
    const reading = device.uploads.read(device.queued[0]!, [file(contents.slice(1))]);
    await expect(reading).rejects.toMatchObject({ refusal: { code: 'file_changed' } });
    expect(await device.spools.names()).toEqual([]);
  });

  test('wait while they are paused, and go on', async () => {
    node.cutAfter = 30_000;
    await device.send(file());
    await device.until(() => node.requests.includes('PATCH'));
    device.queued = [{ ...device.queued[0]!, paused: true }];
    device.uploads.paused(device.queued[0]!);
    expect(device.uploads.progress(device.queued[0]!.files![0]!, true).is).toBe('paused');
    const before = node.requests.length;
    node.cutAfter = null;
    device.queued = [{ ...device.queued[0]!, paused: false }];
    device.uploads.flush();
    await device.complete();
    expect(node.requests.length).toBeGreaterThan(before);
  });

  test('that are given up are forgotten here and on the node', async () => {
    await device.send(file());
    await device.complete();
    const [item] = device.queued;
    device.queued = [];
    await device.uploads.gone(item!.files!, false);
    expect([node.blobs().size, await device.spools.names(), await device.store.list('upload/')]).toEqual([0, [], []]);
  });

  test('that no message waits for any more are forgotten with the next start', async () => {
    await device.send(file());
    await device.complete();
    device.uploads.close();
    device.queued = [];
    await device.start();
    expect([await device.spools.names(), await device.store.list('upload/')]).toEqual([[], []]);
  });

  test.each(['file_too_big', 'account_full', 'node_full'])(
    'that the node refuses as %s are refused here',
    async (code) => {
      node.refusal = { status: 413, code };
      await device.send(file());
      // A code that is not known here yet is tried again.
      await device.until(() => device.refused.length > 0 || node.requests.length > 2);
      expect(device.refused.every((each) => each === code)).toBe(true);
    },
  );

  test('go again when the node has forgotten them', async () => {
    await device.send(file());
    await device.complete();
    node.forgetAll();
    await device.uploads.again(device.queued[0]!);
    await device.complete();
    expect((await opened(node, device))[0]!.equals(contents)).toBe(true);
  });

  test('are not named when the node names them otherwise', async () => {
    node.liesAbout = 'A'.repeat(43);
    await device.send(file(new Uint8Array([1])));
    await device.until(() => device.refused.length > 0);
    expect([device.refused, device.uploads.isComplete(device.queued[0]!)]).toEqual([['cannot_open'], false]);
  });
});
