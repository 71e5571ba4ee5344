/**
 * A peer that lies, built on the library: it has a record chain and keys of its own, speaks the frames, can be approved and
 * be a member of chats, and sends whatever it is told to. Over any `Link`. It checks nothing that it is sent.
 */
import { readAct } from '../../protocol/chat/act.ts';
import { applyAct } from '../../protocol/chat/reduce.ts';
import { foundChat } from '../../protocol/chat/state.ts';
import { decode, encode } from '../../protocol/codec.ts';
import { signedBytes } from '../../protocol/hash.ts';
import { firstChain, type RecordContent } from '../../protocol/identity/organisation.ts';
import type { AccountId, ChatId } from '../../protocol/ids.ts';
import { LIMITS } from '../../protocol/limits.ts';
import {
  type Answer,
  answer,
  type Bundle,
  type Call,
  call,
  type Frame,
  type FrameOf,
  frame,
} from '../../protocol/sync/frames.ts';
import { type TestChat, write } from '../../protocol/testing/chat.ts';
import { requestOf, type WrittenBlock } from '../../protocol/testing/log.ts';
import { accountOf, bytesOf, keyOf, type TestOrg, unwrap } from '../../protocol/testing/orgs.ts';
import type { Connection, Link } from '../../server/ports.ts';

/** Where a node is reached. */
export interface Target {
  readonly publicKey: Uint8Array;
  readonly addresses: readonly string[];
}

/** One connection of the forger with a node. */
export interface Line {
  /** What the node sent, in order, as it came and decoded. */
  readonly bytes: Uint8Array[];
  readonly frames: Frame[];
  readonly closes: string[];
  isWelcome(): boolean;
  send(value: Frame): void;
  sendBytes(bytes: Uint8Array): void;
  /** The answer as bytes. */
  call(request: Call): Promise<Uint8Array>;
  fetch(request: Uint8Array): Promise<Uint8Array>;
  close(): void;
}

export interface Forger {
  readonly org: TestOrg;
  readonly account: AccountId;
  /** Chats that nodes have told it of, as an honest node would hold them. */
  readonly chats: Map<ChatId, TestChat>;
  readonly hello: FrameOf<'hello'>;
  /** What it says to look-ups. */
  answers: (request: Call) => Answer;
  /** What it answers who asks for a piece of a file. */
  fetches: (request: Uint8Array) => Uint8Array | Promise<Uint8Array>;
  /** `hello` null: it says nothing. `knownInstance`: what its welcome says. */
  dial(to: Target, hello?: Partial<FrameOf<'hello'>> | null, knownInstance?: boolean): Promise<Line>;
  chat(chatId: ChatId): TestChat;
  /** Writes the acceptance of its invitation. */
  accept(chatId: ChatId, ...lines: Line[]): void;
}

/** An organisation that nobody can dial. Its record is in force for six days from `nowMs`. */
export function forgerOrg(number: number, nowMs: number, change: Partial<RecordContent> = {}): TestOrg {
  const [root, op] = [keyOf(1000 + number), keyOf(number)];
  const { orgId, chainBytes } = unwrap(
    firstChain(
      {
        rootKeys: [root.key],
        opKey: op.key,
        name: `Forger ${number}`,
        domains: [`forger${number}.example`],
        endpoints: [],
        features: ['suite0'],
        issuedAt: nowMs,
        expiresAt: nowMs + 6 * 86_400_000,
        ...change,
      },
      root.sign,
    ),
  );
  const signed: TestOrg['signed'] = (tag, bytes) => ({ bytes, signature: op.sign(signedBytes(tag, bytes)) });
  return { orgId, chain: chainBytes, root, op, signed };
}

export function bundleOf({ read, bodies }: WrittenBlock): Bundle {
  return { block: read.signed, bodies: [...bodies] };
}

export function blocksOf(...bundles: readonly Bundle[]): FrameOf<'blocks'> {
  return { is: 'blocks', bundles: [...bundles], looks: [] };
}

export function createForger(link: Link, org: TestOrg, nowMs: () => number): Forger {
  const chats = new Map<ChatId, TestChat>();
  const hello: FrameOf<'hello'> = {
    is: 'hello',
    v: 1,
    chain: org.chain,
    instances: [bytesOf(8, 1)],
    features: [],
    token: new Uint8Array(),
  };

  function learn(value: FrameOf<'control'>): void {
    const known = chats.get(value.chatId);
    if (!known && value.genesis.length === 0) return;
    const chat = known ?? begin(value.genesis);
    chats.set(value.chatId, chat);
    for (const signed of value.acts) {
      const read = unwrap(readAct(signed));
      if (read.act.cpos !== chat.state.head.cpos + 1) continue;
      applyAct(chat.state, read);
      chat.acts.push(read);
      chat.hashes.push(read.hash);
    }
  }

  function begin(genesis: Uint8Array): TestChat {
    const state = foundChat(genesis);
    return { genesis, orgs: [org], state, acts: [], hashes: [state.head.hash], logs: new Map(), nowMs: nowMs() };
  }

  function chat(chatId: ChatId): TestChat {
    const held = chats.get(chatId);
    if (!held) throw new Error('the forger does not know that chat');
    held.nowMs = Math.max(held.nowMs, nowMs());
    return held;
  }

  async function dial(to: Target, change: Partial<FrameOf<'hello'>> | null = {}, knownInstance = true): Promise<Line> {
    const [bytes, frames, closes]: [Uint8Array[], Frame[], string[]] = [[], [], []];
    const send = (connection: Connection, value: Frame) => connection.send(encode(frame, value));
    const onFrame = (connection: Connection, came: Uint8Array): void => {
      bytes.push(came.slice());
      const value = unwrap(decode(frame, came, LIMITS.frameBytes));
      frames.push(value);
      if (value.is === 'welcome') send(connection, { is: 'welcome', knownInstance });
      if (value.is === 'mark') send(connection, { is: 'ack', upTo: value.upTo });
      if (value.is === 'control') learn(value);
    };
    const connection = await link.dial(to.publicKey, to.addresses, (opened) => {
      if (change) send(opened, { ...hello, ...change });
      return {
        onFrame: (came) => onFrame(opened, came),
        onCall: async (came) => encode(answer, forger.answers(unwrap(decode(call, came, LIMITS.callRequestBytes)))),
        onFetch: async (came) => forger.fetches(came),
        onDrain: () => {},
        onClose: (reason) => void closes.push(reason),
      };
    });
    return {
      bytes,
      frames,
      closes,
      isWelcome: () => frames.some((each) => each.is === 'welcome'),
      send: (value) => void send(connection, value),
      sendBytes: (sent) => void connection.send(sent),
      call: (request) => connection.call(encode(call, request), 5_000),
      fetch: (request) => connection.fetch(request, 5_000),
      close: () => connection.close('the forger hangs up'),
    };
  }

  const account = accountOf(66);
  const forger: Forger = {
    org,
    answers: () => ({ is: 'nothing' }),
    fetches: () => new Uint8Array(),
    account,
    chats,
    hello,
    dial,
    chat,
    accept(chatId, ...lines) {
      const written = write(chat(chatId), org, [
        requestOf(account, chatId, 1, [{ is: 'accept', identity: new Uint8Array() }]),
      ]);
      for (const line of lines) line.send(blocksOf(bundleOf(written)));
    },
  };
  return forger;
}
