// What people run today, beside Conclave in the same run: one room of an XMPP server with its archive on, where Prosody or
// ejabberd is installed. Clients are as plain as can be.
import { connect, type Socket } from 'node:net';
import { until } from '../demo/people.ts';
import { HOST, ROOM, type Server, startEjabberd, startProsody } from './xmpp-servers.ts';

interface Member {
  readonly count: () => number;
  send(text: string): void;
  close(): void;
}

/** Resolves when what has come since the last wait matches. */
function reader(socket: Socket): { until(pattern: RegExp): Promise<void>; count(): number } {
  let text = '';
  let counted = 0;
  let rest = '';
  let wake = () => {};
  socket.on('data', (data: Buffer) => {
    const came = data.toString('utf8');
    // What is counted may come in two pieces.
    counted += (rest + came).match(/<body>/g)?.length ?? 0;
    rest = came.slice(came.lastIndexOf('>') + 1).slice(-5);
    text = (text + came).slice(-8_192);
    wake();
  });
  return {
    count: () => counted,
    async until(pattern) {
      while (!pattern.test(text)) await new Promise<void>((resolve) => (wake = resolve));
      text = '';
    },
  };
}

async function enter({ port, register }: Server, name: string): Promise<Member> {
  const socket = connect(port, '127.0.0.1');
  const read = reader(socket);
  const stream = `<stream:stream to='${HOST}' version='1.0' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>`;
  socket.write(`<?xml version='1.0'?>${stream}`);
  await read.until(/<\/stream:features>/);
  if (register)
    socket.write(
      `<iq type='set' id='r'><query xmlns='jabber:iq:register'><username>${name}</username><password>${name}</password></query></iq>`,
    );
  if (register) await read.until(/id=['"]r['"]/);
  const plain = Buffer.from(`\0${name}\0${name}`).toString('base64');
  socket.write(`<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>${plain}</auth>`);
  await read.until(/<success/);
  socket.write(stream);
  await read.until(/<\/stream:features>/);
  socket.write("<iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>");
  await read.until(/<jid>/);
  socket.write(
    `<presence to='${ROOM}/${name}'><x xmlns='http://jabber.org/protocol/muc'><history maxstanzas='0'/></x></presence>`,
  );
  await read.until(/status code=['"]110['"]/);
  return {
    count: read.count,
    send: (text) => socket.write(`<message to='${ROOM}' type='groupchat'><body>${text}</body></message>`),
    close: () => socket.destroy(),
  };
}

const STARTS = { Prosody: startProsody, ejabberd: startEjabberd };
export type XmppServer = keyof typeof STARTS;

/** CPU µs a delivery in one room of `size`, `messages` of 300 bytes, so many at once. Null: the server is not installed. */
export async function benchXmpp(
  name: XmppServer,
  size: number,
  messages: number,
  atOnce: number,
): Promise<number | null> {
  const names = Array.from({ length: size }, (_, index) => `p${index}`);
  const server = await STARTS[name](names);
  if (!server) return null;
  const members: Member[] = [];
  for (const each of names) members.push(await enter(server, each));
  const used = await burst(server, members, messages, atOnce);
  for (const member of members) member.close();
  server.stop();
  return used / (messages * size);
}

async function burst(server: Server, members: readonly Member[], messages: number, atOnce: number): Promise<number> {
  const counted = () => members.reduce((sum, member) => sum + member.count(), 0);
  const [begin, before] = [counted(), server.cpuUs()];
  for (let sent = 0; sent < messages; ) {
    for (let i = 0; i < atOnce && sent < messages; i++, sent++)
      members[sent % members.length]?.send(`m${sent} `.padEnd(300, 'x'));
    await until('delivered', () => counted() - begin >= sent * members.length);
  }
  return server.cpuUs() - before;
}
