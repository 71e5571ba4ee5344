// The least that could do it: a socket hub that sends each message to everybody of its chat, keeps nothing and checks nothing.
// What a node costs is put beside what this costs in the same run.
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import WebSocket, { WebSocketServer } from 'ws';

function serve(): void {
  const rooms = new Map<string, Set<WebSocket>>();
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  server.on('connection', (socket, request) => {
    const name = request.url ?? '';
    const room = rooms.get(name) ?? new Set();
    rooms.set(name, room.add(socket));
    socket.on('message', (data, isBinary) => {
      for (const other of room) other.send(data, { binary: isBinary });
    });
  });
  server.on('listening', () => process.send?.({ port: (server.address() as { port: number }).port }));
  process.on('message', () => {
    const { user, system } = process.cpuUsage();
    process.send?.({ cpuUs: user + system });
  });
  process.on('disconnect', () => process.exit(0));
}

function cpuUs(child: ChildProcess): Promise<number> {
  child.send('cpu');
  return new Promise((resolve) => child.once('message', (message: { cpuUs: number }) => resolve(message.cpuUs)));
}

/** CPU µs a delivery of the bare hub: `rooms` rooms of `size` sockets, `messages` of 300 bytes, so many at once. */
export async function benchHub(rooms: number, size: number, messages: number, atOnce: number): Promise<number> {
  const child = fork(fileURLToPath(import.meta.url), ['serve'], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const port = await new Promise<number>((resolve) =>
    child.once('message', (message: { port: number }) => resolve(message.port)),
  );
  let got = 0;
  const sockets: WebSocket[] = [];
  for (let i = 0; i < rooms * size; i++) {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/${i % rooms}`);
    await new Promise((resolve) => socket.once('open', resolve));
    socket.on('message', () => got++);
    sockets.push(socket);
  }
  const before = await cpuUs(child);
  const text = 'x'.repeat(300);
  for (let sent = 0; sent < messages; ) {
    for (let i = 0; i < atOnce && sent < messages; i++) sockets[sent++ % sockets.length]?.send(text);
    while (got < sent * size) await new Promise((resolve) => setTimeout(resolve, 1));
  }
  const used = (await cpuUs(child)) - before;
  for (const socket of sockets) socket.terminate();
  child.disconnect();
  return used / (messages * size);
}

if (process.argv[2] === 'serve') serve();
