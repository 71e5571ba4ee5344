/**
 * `npm run simulate`: runs seeds of the simulated world (test/sim) and says which break an invariant, with the end of their
 * trace. Seeds that fail are kept in test/sim/failing-seeds.json, which `npm test` runs first. Exit code 1: some failed.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { runSeed } from '../test/sim/run-seed.ts';

const KEPT = new URL('../test/sim/failing-seeds.json', import.meta.url);
const USAGE = 'npm run simulate -- [--seeds 1000] [--from 0] [--minutes M] | --seed NAME';

function readOptions() {
  const { values } = parseArgs({
    options: {
      seeds: { type: 'string', default: '1000' },
      from: { type: 'string', default: '0' },
      minutes: { type: 'string', default: '600' },
      seed: { type: 'string' },
    },
  });
  const numbers = [values.seeds, values.from, values.minutes].map(Number);
  if (numbers.some((number) => !Number.isFinite(number) || number < 0)) throw new Error(USAGE);
  const [seeds = 0, from = 0, minutes = 0] = numbers;
  return { seeds, from, minutes, seed: values.seed };
}

function keep(seed: string): void {
  const kept = JSON.parse(readFileSync(KEPT, 'utf8')) as string[];
  if (!kept.includes(seed)) writeFileSync(KEPT, `${JSON.stringify([...kept, seed], null, 2)}\n`);
}

/** True: every invariant held. */
async function run(seed: string, isAlone: boolean): Promise<boolean> {
  let broken: readonly string[];
  let trace: readonly string[] = [];
  try {
    ({ broken, trace } = await runSeed(seed));
  } catch (error) {
    broken = [error instanceof Error ? (error.stack ?? error.message) : String(error)];
  }
  if (isAlone || broken.length > 0) console.log(trace.join('\n'));
  if (broken.length === 0) return true;
  keep(seed);
  console.log(`\n${seed}: ${broken.length} broken\n${broken.slice(0, 20).join('\n')}\n`);
  return false;
}

async function main(): Promise<number> {
  const { seeds, from, minutes, seed } = readOptions();
  if (seed !== undefined) return (await run(seed, true)) ? 0 : 1;
  const untilMs = Date.now() + minutes * 60_000;
  let [done, failed] = [0, 0];
  for (let i = from; i < from + seeds && Date.now() < untilMs; i += 1) {
    if (!(await run(`seed ${i}`, false))) failed += 1;
    done += 1;
    if (done % 100 === 0) console.log(`${done} seeds, ${failed} failed`);
  }
  console.log(`${done} seeds, ${failed} failed`);
  return failed > 0 ? 1 : 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}
