// `npm run dev`: the demo's three nodes and, in front of each, the web client with reload. Nodes start again when server/ or
// protocol/ change. Vite hands API, socket and .well-known on to the node; it is the only place without the strict policy
// for scripts, since reloading needs what that forbids.
import { existsSync, watch, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createServer, type ProxyOptions, type ViteDevServer } from 'vite';
import { createDemoNode, type DemoNode } from '../demo/network.ts';
import { CAST, passwordOf } from '../demo/people.ts';
import { seed } from '../demo/seed.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = resolve('data-dev');
const FIRST_PAGE_PORT = 5171;
const FIRST_WEB_PORT = 8451;
const SETTLE_MS = 200;

function nodes(): DemoNode[] {
  const overrides = Object.fromEntries(
    CAST.map(({ name }, i) => [`${name}.localhost`, `http://127.0.0.1:${FIRST_WEB_PORT + i}`]),
  );
  return CAST.map(({ name, title }, i) =>
    createDemoNode({
      name,
      title,
      folder: join(folder, name),
      webPort: FIRST_WEB_PORT + i,
      federationPort: FIRST_WEB_PORT + i - 4_000,
      overrides,
    }),
  );
}

/** The page comes from Vite; what the page asks comes from the node, as if it had been asked there. */
function proxyTo(node: DemoNode): Record<string, ProxyOptions> {
  const { address, url } = node.ready();
  const headers = { origin: new URL(url).origin, host: new URL(url).host };
  const proxy: ProxyOptions = { target: address, ws: true, changeOrigin: false, headers };
  return Object.fromEntries(['/api', '/.well-known', '/healthz', '/openapi.json'].map((path) => [path, proxy]));
}

function servePage(node: DemoNode, index: number): Promise<ViteDevServer> {
  return createServer({
    configFile: join(root, 'web', 'vite.config.ts'),
    root: join(root, 'web'),
    server: {
      host: '127.0.0.1',
      port: FIRST_PAGE_PORT + index,
      strictPort: true,
      allowedHosts: ['.localhost'],
      proxy: proxyTo(node),
      hmr: { host: '127.0.0.1' },
    },
  });
}

async function restartAll(all: readonly DemoNode[]): Promise<void> {
  try {
    await Promise.all(all.map((node) => node.stop()));
    await Promise.all(all.map((node) => node.start()));
    console.log('Nodes started again.');
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}: mend it, and they start again.`);
  }
}

/** Edits come in bursts: one restart for each. */
function restartOnChange(all: readonly DemoNode[]): void {
  let timer: NodeJS.Timeout | undefined;
  for (const each of ['server', 'protocol']) {
    watch(join(root, each), { recursive: true }, (_event, file) => {
      if (!file || /\.test\.ts$|\.md$|\.json$/.test(file)) return;
      clearTimeout(timer);
      timer = setTimeout(() => void restartAll(all), SETTLE_MS);
    });
  }
}

const all = nodes();
await Promise.all(all.map((node) => node.start()));
if (!existsSync(join(folder, 'seeded'))) {
  const { people } = await seed(all);
  for (const person of people.values()) person.close();
  writeFileSync(join(folder, 'seeded'), '');
}
const pages = await Promise.all(all.map(servePage));
for (const [i, page] of pages.entries()) {
  await page.listen();
  const people = CAST[i]?.people.map(({ name }) => `${name} / ${passwordOf(name)}`).join(', ');
  console.log(`${CAST[i]?.title.padEnd(8)} http://${CAST[i]?.name}.localhost:${FIRST_PAGE_PORT + i}   ${people}`);
}
restartOnChange(all);
process.once('SIGINT', async () => {
  await Promise.all(pages.map((page) => page.close()));
  await Promise.all(all.map((node) => node.stop()));
  process.exit(0);
});
