// Who may lean on whom (ARCHITECTURE.md, "Who may lean on whom"): every file is in one layer, every layer names the layers
// and the packages that it may import. A file without a layer is a violation too: new folders are a decision.
import type { Source } from './source.ts';

/** The first pattern that fits says the layer. */
const layers: [RegExp, string][] = [
  [/\.test\.tsx?$/, 'test'],
  [/^test\//, 'test'],
  [/-contract\.ts$/, 'test'],
  [/^protocol\/(testing\/|properties\.ts)/, 'test'],
  [/^scripts\//, 'scripts'],
  [/\.config\.ts$|^web\/limits\.ts$/, 'tools'],
  [/^protocol\//, 'protocol'],
  [/^server\/admin\/bin\.mjs$/, 'bin'],
  [/^server\/(main|start|admin\/(cli|stopped))\.ts$/, 'main'],
  [/^server\/(node|core)\.ts$/, 'node'],
  [/^server\/config(\.ts|\/)/, 'config'],
  [/^server\/(ports|link-bounds)\.ts$/, 'ports'],
  [/^server\/db\//, 'db'],
  [/^server\/adapters\//, 'adapters'],
  [/^server\/(identity|accounts|chats|files|calls|notify)\//, 'domain'],
  [/^server\/(federation|http|admin)\//, 'edge'],
  [/^web\/client\/adapters\//, 'client adapters'],
  [/^web\/client\//, 'client'],
  [/^web\/bot\//, 'bot'],
  [/^web\/ui\//, 'ui'],
  [/^web\/sw\//, 'service worker'],
];

const everything = [...new Set(layers.map(([, layer]) => layer))];
const below: Record<string, string[]> = {
  test: everything,
  scripts: everything,
  tools: ['tools'],
  protocol: ['protocol'],
  ports: ['protocol'],
  config: ['config', 'protocol', 'ports'],
  db: ['db', 'protocol', 'ports'],
  adapters: ['adapters', 'protocol', 'ports', 'config'],
  domain: ['domain', 'db', 'protocol', 'ports'],
  edge: ['edge', 'domain', 'protocol', 'ports', 'config'],
  node: ['node', 'edge', 'domain', 'db', 'protocol', 'ports', 'config'],
  main: ['main', 'bot', 'node', 'adapters', 'edge', 'domain', 'db', 'protocol', 'ports', 'config'],
  bin: ['main', 'scripts'],
  client: ['client', 'protocol'],
  'client adapters': ['client adapters', 'client', 'protocol'],
  bot: ['bot', 'client adapters', 'client', 'protocol'],
  ui: ['ui', 'client adapters', 'client', 'protocol'],
  'service worker': ['service worker', 'client adapters', 'client', 'protocol'],
};

/** Packages that belong somewhere; those that are not here may be used by every layer of the server or the web. */
const homes: { packages: RegExp; layers: string[]; under?: RegExp }[] = [
  {
    packages: /^(libp2p|@libp2p\/.*|@chainsafe\/libp2p.*|@multiformats\/.*|node-datachannel|nodemailer|web-push)(\/|$)/,
    layers: ['adapters'],
  },
  { packages: /^(ws|@hono\/node-server)(\/|$)/, layers: ['adapters', 'edge'], under: /^server\/(adapters|http)\// },
  { packages: /^hono(\/|$)/, layers: ['edge'], under: /^server\/http\// },
  { packages: /^better-sqlite3$/, layers: ['db'] },
  { packages: /^kysely$/, layers: ['db', 'domain'] },
  { packages: /^commander$/, layers: ['edge', 'main'], under: /^server\/(admin|main)/ },
  { packages: /^(react|react-dom|virtua|lucide-react|@base-ui\/.*)(\/|$)/, layers: ['ui'] },
  { packages: /^node:|^(fs|path|os|net|http|https|crypto|url|util|events|stream|buffer)$/, layers: serverLayers() },
];
const testPackages = /^(vitest|fast-check|playwright-core|axe-core|tsx|vite|knip|@sparticuz\/.*)(\/|$)/;
const anywhere = ['test', 'scripts', 'tools'];
const protocolPackages = /^(cborg|zod|@noble\/(ed25519|hashes|ciphers|curves)|@scure\/bip39|@hpke\/core)(\/|$)/;

function serverLayers(): string[] {
  return ['ports', 'config', 'db', 'adapters', 'domain', 'edge', 'node', 'main', 'bin', 'client adapters'];
}

export function layerOf(path: string): string | undefined {
  return layers.find(([pattern]) => pattern.test(path))?.[1];
}

/** The folder that a domain or an edge is: `server/chats`. */
function partOf(path: string): string {
  return path.split('/').slice(0, 2).join('/');
}

function isOurs(target: string): boolean {
  return /^(protocol|server|web|scripts|test)\//.test(target);
}

function mayImport(from: string, to: string, typeOnly: boolean): boolean {
  const [fromLayer, toLayer] = [layerOf(from), layerOf(to)];
  if (fromLayer === undefined || toLayer === undefined || !below[fromLayer]?.includes(toLayer)) return false;
  // Edges know each other's shapes at most: what they do for each other, node.ts hands in.
  return !(fromLayer === 'edge' && toLayer === 'edge' && partOf(from) !== partOf(to) && !typeOnly);
}

function mayUsePackage(from: string, name: string): boolean {
  const layer = layerOf(from) ?? '';
  if (anywhere.includes(layer)) return true;
  if (layer === 'protocol') return protocolPackages.test(name);
  if (testPackages.test(name)) return false;
  const home = homes.find(({ packages }) => packages.test(name));
  return home === undefined || (home.layers.includes(layer) && (home.under?.test(from) ?? true));
}

/** Every import that goes the wrong way, and every file that has no layer. */
export function wrongImports(sources: Source[]): string[] {
  return sources.flatMap(({ path, imports }) => {
    if (layerOf(path) === undefined) return [`${path}: has no layer; see ARCHITECTURE.md`];
    const wrong = imports.filter(({ target, typeOnly }) =>
      isOurs(target) ? !mayImport(path, target, typeOnly) : !target.startsWith('..') && !mayUsePackage(path, target),
    );
    return wrong.map(({ target, line }) => `${path}:${line}: ${layerOf(path)} may not import ${target}`);
  });
}

/** Rings of files that import each other, and rings of domains. */
export function importCycles(sources: Source[]): string[] {
  const files = new Map(sources.map(({ path, imports }) => [path, imports.map(({ target }) => target)]));
  const domains = new Map<string, string[]>();
  for (const { path, imports } of sources.filter((source) => layerOf(source.path) === 'domain')) {
    const others = imports.map(({ target }) => target).filter((target) => layerOf(target) === 'domain');
    const part = partOf(path);
    domains.set(part, [...(domains.get(part) ?? []), ...others.map(partOf).filter((other) => other !== part)]);
  }
  return [...findCycles(files), ...findCycles(domains)];
}

/** Depth first; each ring is told once, as the way around it. */
function findCycles(graph: Map<string, string[]>): string[] {
  const done = new Set<string>();
  const found: string[] = [];
  const visit = (node: string, way: string[]) => {
    const at = way.indexOf(node);
    if (at >= 0) found.push(`a cycle: ${[...way.slice(at), node].join(' -> ')}`);
    if (at >= 0 || done.has(node)) return;
    for (const next of new Set(graph.get(node))) visit(next, [...way, node]);
    done.add(node);
  };
  for (const node of graph.keys()) visit(node, []);
  return found;
}
