// A small page for the demo: the three nodes, their wires and queues, refreshed by itself, with a button for each deed.
import { createServer } from 'node:http';
import { type Stage, wireName } from './stage.ts';

interface Page {
  readonly url: string;
  close(): void;
}

const STYLE = `body{font:16px/1.5 system-ui,sans-serif;max-width:52rem;margin:2rem auto;padding:0 1rem;color:#1c1e21;background:#fff}
h1{font-size:1.4rem}table{border-collapse:collapse;width:100%;margin:1rem 0}td,th{text-align:left;padding:.4rem .8rem .4rem 0;border-bottom:1px solid #ddd}
button{font:inherit;padding:.3rem .8rem;border:1px solid #888;border-radius:6px;background:#f6f6f6;cursor:pointer}.bad{color:#b3261e}.good{color:#146c2e}
@media(prefers-color-scheme:dark){body{color:#e8e8e8;background:#17181a}td,th{border-color:#3a3a3a}button{background:#2a2b2e;color:inherit}.bad{color:#ff8a80}.good{color:#7bd88f}}`;

const WIRES = [
  [0, 1],
  [1, 2],
  [0, 2],
] as const;

function button(deed: string, label: string): string {
  return `<form method="post" action="/${deed}"><button>${label}</button></form>`;
}

async function nodeRow(stage: Stage, index: number): Promise<string> {
  const node = stage.nodes[index];
  if (!node) return '';
  const { name } = node.settings;
  if (!node.isUp())
    return `<tr><td>${name}</td><td class="bad">stopped</td><td></td><td></td><td>${button(`node/${index}`, 'Start')}</td></tr>`;
  const { entries, arrival, peers } = await node.ask('status', null);
  const queued = peers.reduce((sum, peer) => sum + peer.queued, 0);
  const connected = peers.filter((peer) => peer.connected).length;
  return `<tr><td><a href="${node.ready().url}">${name}</a></td><td class="good">running, ${connected} connected</td><td>${entries} entries, position ${arrival}</td><td>${queued} queued</td><td>${button(`node/${index}`, 'Stop')}</td></tr>`;
}

function wireRow(stage: Stage, [one, other]: readonly [number, number]): string {
  const [a, b] = [stage.nodes[one], stage.nodes[other]];
  if (!a || !b) return '';
  const name = wireName(a, b);
  const isCut = stage.cuts.has(name);
  return `<tr><td>${name}</td><td class="${isCut ? 'bad' : 'good'}">${isCut ? 'cut' : 'whole'}</td><td>${button(`wire/${one}/${other}`, isCut ? 'Heal' : 'Cut')}</td></tr>`;
}

async function draw(stage: Stage): Promise<string> {
  const nodes = (await Promise.all(stage.nodes.map((_, i) => nodeRow(stage, i)))).join('');
  const wires = WIRES.map((wire) => wireRow(stage, wire)).join('');
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta http-equiv="refresh" content="2"><title>Conclave demo</title><style>${STYLE}</style>
<h1>Conclave demo: three organisations, three wires</h1><table><tr><th>Node</th><th>State</th><th>Has</th><th>Waits</th><th></th></tr>${nodes}</table>
<table><tr><th>Wire</th><th>State</th><th></th></tr>${wires}</table>`;
}

async function act(stage: Stage, path: string): Promise<void> {
  const [, what, one, other] = path.split('/');
  if (what === 'node') await stage.toggleNode(Number(one));
  if (what === 'wire') await stage.toggleWire(Number(one), Number(other));
}

export async function servePage(stage: Stage, port: number): Promise<Page> {
  const server = createServer(async (request, response) => {
    try {
      const from = request.headers['sec-fetch-site'];
      // Another web site must not be able to cut wires.
      if (request.method === 'POST' && (from === undefined || from === 'same-origin')) {
        await act(stage, request.url ?? '');
        response.writeHead(303, { location: '/' }).end();
        return;
      }
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(await draw(stage));
    } catch (error) {
      response.writeHead(500).end(String(error));
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return { url: `http://127.0.0.1:${port}`, close: () => server.close() };
}
