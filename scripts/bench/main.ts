// `npm run bench`: CPU of the node's processes per unit of work, medians of several rounds, load from a process of its own.
// Times depend on the machine and what else it does; CPU and ratios less so.
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { type Line, w1, w2, w3, w4, w5, w6, w7 } from './work.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { long: { type: 'boolean', default: false }, json: { type: 'boolean', default: false } },
});
const all: Record<string, () => Promise<Line[]>> = { w1, w2, w3, w4, w5: () => w5(values.long), w6, w7 };
const wanted = positionals.length > 0 ? positionals : Object.keys(all);
const unknown = wanted.filter((name) => !all[name]);
if (unknown.length > 0) {
  console.error(
    `There is no ${unknown.join(', ')}. There are: ${Object.keys(all).join(', ')}. With --long outages last longer.`,
  );
  process.exit(2);
}
const lines: Line[] = [];
for (const name of wanted) {
  const given = (await all[name]?.()) ?? [];
  lines.push(...given);
  if (!values.json)
    for (const { what, value, goal, compare } of given)
      console.log(`${what.padEnd(66)} ${value.padStart(18)}   goal ${goal.padEnd(10)} ${compare ?? ''}`);
}
if (values.json) console.log(JSON.stringify(lines, null, 2));
else console.log(`\nNode ${process.version}, ${cpus().length} x ${cpus()[0]?.model ?? 'unknown processor'}`);
process.exit(0);
