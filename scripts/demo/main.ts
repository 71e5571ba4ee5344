// `npm run demo`: three organisations on one machine, with real connections between them. `--once` runs the whole story
// without a person, in a temporary folder on free ports, and ends with 0 only if every check holds.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { createDemoNode, type DemoNode, freePort } from './network.ts';
import { runOnce } from './once.ts';
import type { NodeSettings } from './orders.ts';
import { CAST } from './people.ts';
import { runDemo } from './run.ts';

const { values } = parseArgs({
  options: {
    once: { type: 'boolean', default: false },
    reset: { type: 'boolean', default: false },
    data: { type: 'string', default: './data-demo' },
    'ports-from': { type: 'string', default: '8441' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

const HELP = `npm run demo -- [--reset] [--ports-from N] [--data FOLDER] [--once]

  --reset          begin anew: forget the data of the last time
  --ports-from N   web on N, N+1, N+2, federation 4,000 below (8441: 4441, 4442, 4443)
  --data FOLDER    where the three nodes keep their data (./data-demo)
  --once           run the whole story without a person, in a temporary folder on free ports; exit code 0 if all checks hold
`;

async function settingsFor(folder: string, firstPort: number | null): Promise<NodeSettings[]> {
  const ports = await Promise.all(
    CAST.map(async (_, i) =>
      firstPort === null ? [await freePort(), await freePort()] : [firstPort + i, firstPort + i - 4_000],
    ),
  );
  const overrides = Object.fromEntries(
    CAST.map(({ name }, i) => [`${name}.localhost`, `http://127.0.0.1:${ports[i]?.[0]}`]),
  );
  return CAST.map(({ name, title }, i) => {
    const [webPort = 0, federationPort = 0] = ports[i] ?? [];
    return { name, title, folder: join(folder, name), webPort, federationPort, overrides };
  });
}

async function once(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'conclave-demo-'));
  const nodes = (await settingsFor(folder, null)).map(createDemoNode);
  try {
    await Promise.all(nodes.map((node) => node.start()));
    await runOnce(nodes as unknown as readonly [DemoNode, DemoNode, DemoNode]);
    console.log('All nodes agree, and nothing is lost.');
  } finally {
    await Promise.all(nodes.map((node) => node.stop()));
    rmSync(folder, { recursive: true, force: true });
  }
}

async function main(): Promise<number> {
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const firstPort = Number(values['ports-from']);
  if (!Number.isInteger(firstPort) || firstPort < 4_100 || firstPort > 65_000) {
    console.error('--ports-from takes a number from 4100 to 65000.');
    return 2;
  }
  if (values.once) {
    await once();
    return 0;
  }
  const folder = resolve(values.data);
  if (values.reset) rmSync(folder, { recursive: true, force: true });
  return runDemo((await settingsFor(folder, firstPort)).map(createDemoNode), folder);
}

try {
  process.exit(await main());
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
