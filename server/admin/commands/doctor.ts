/**
 * `conclave doctor`: everything that can be checked from this machine, each finding with its fix. Exit code 1 when something is
 * bad. With a running node, what that one finds is told too.
 */
import type { Command } from 'commander';
import { Refused, type Result } from '../../../protocol/result.ts';
import type { Config } from '../../config/config.ts';
import type { Clock } from '../../ports.ts';
import { type Act, type ActUses, type Answer, examples, type GlobalOptions } from '../act.ts';
import type { Call } from '../call.ts';
import { bad, checkClock, checkNetwork, checkPhrase, checkRecord, good, skipped, warning } from '../checks.ts';
import {
  checkDisk,
  checkFolder,
  checkPortAnswers,
  checkPortFree,
  type Port,
  parseEndpoint,
  whyNotReached,
} from '../local-checks.ts';
import type { Check } from '../shapes.ts';
import { plainText, showTable } from '../show.ts';
import type { LookAtStopped, Stopped } from '../stopped-node.ts';
import { checkWebPort } from '../web-check.ts';

export interface DoctorCommandUses extends Pick<ActUses, 'readConfig' | 'connect'> {
  readonly lookAtStopped: LookAtStopped;
  readonly clock: Pick<Clock, 'now'>;
}

export function addDoctorCommand(program: Command, act: Act, uses: DoctorCommandUses): void {
  program
    .command('doctor')
    .description('check configuration, folder, disk, clock, ports, record and every partner')
    .addHelpText(
      'after',
      examples('conclave doctor', 'conclave doctor --data /var/lib/conclave', 'conclave doctor --json'),
    )
    .addHelpText('after', '\nExit code 0: nothing is bad. 1: something is.')
    .action(act.here(async (options) => answerOf(await collect(uses, options))));
}

async function collect(
  uses: DoctorCommandUses,
  options: GlobalOptions,
): Promise<{ running: boolean; checks: Check[] }> {
  const config = uses.readConfig(options);
  const configuration = checkConfiguration(config);
  if (!config.ok) return { running: false, checks: [configuration] };
  const local = [configuration, checkFolder(config.value.dataFolder), checkDisk(config.value.dataFolder)];
  const running = await askRunning(uses.connect(config.value));
  const checks = running
    ? await checkRunning(config.value, running)
    : await checkStopped(config.value, await uses.lookAtStopped(config.value), uses.clock.now());
  return { running: running !== undefined, checks: [...local, ...checks] };
}

function checkConfiguration(config: Result<Config>): Check {
  const name = 'configuration';
  if (!config.ok)
    return bad(name, config.refusal.detail ?? '', 'Change it: config/conclave.example.toml explains every key.');
  return good(name, `valid, for ${config.value.organisation.domain} at ${config.value.web.url}`);
}

interface Running {
  readonly org: string;
  readonly checks: readonly Check[];
}

async function askRunning(call: Call): Promise<Running | undefined> {
  try {
    const { org } = await call('GET /api/v1/admin/status', {});
    const { checks } = await call('GET /api/v1/admin/doctor', {});
    return { org, checks };
  } catch (error) {
    if (error instanceof Refused && error.refusal.code === 'not_running') return undefined;
    throw error;
  }
}

async function checkRunning(config: Config, { org, checks }: Running): Promise<Check[]> {
  const web = await checkWebPort(config, org);
  return [good('node', 'running'), web, await checkPortAnswers(federationPort(config)), ...checks];
}

function federationPort({ federation }: Config): Port {
  return { key: 'federation.port', host: federation.host, port: federation.port };
}

async function checkStopped(config: Config, stopped: Stopped | undefined, nowMs: number): Promise<Check[]> {
  const { host, port } = config.web;
  const ports = [
    skipped('node', 'not running; conclave start'),
    await checkPortFree({ key: 'web.port', host, port }),
    await checkPortFree(federationPort(config)),
  ];
  if (!stopped) return [...ports, checkClock(nowMs, 0), skipped('record', 'no organisation has been made here yet')];
  const { organisation, network, peers, isPhraseConfirmed } = stopped;
  const known = [
    checkClock(nowMs, organisation.record.issuedAt),
    checkRecord(organisation, nowMs, false),
    checkPhrase(isPhraseConfirmed),
    checkNetwork(network),
  ];
  const wanted = network.mode === 'off' ? [] : peers.filter(({ state }) => state === 'approved');
  return [...ports, ...known, ...(await Promise.all(wanted.map(checkReach)))];
}

/** Of a stopped node: does the partner's port answer at one of its addresses? */
async function checkReach({ name, domains, endpoints }: Stopped['peers'][number]): Promise<Check> {
  const label = `partner ${domains[0] ?? name}`;
  for (const endpoint of endpoints) {
    const target = parseEndpoint(endpoint);
    if (target && (await whyNotReached(target.host, target.port)) === undefined)
      return good(label, `something answers at ${endpoint}`);
  }
  const found = endpoints.length === 0 ? 'no address is known' : `nothing answers at ${endpoints.join(', ')}`;
  return warning(label, found, `Ask ${name || 'it'} whether its node runs and its federation port is open.`);
}

const MARKS = { good: 'ok', warning: 'warning', bad: 'BAD', skipped: '-' } as const;

function answerOf({ running, checks }: { running: boolean; checks: readonly Check[] }): Answer {
  const isBad = checks.some(({ state }) => state === 'bad');
  const rows = checks.map(({ name, state, found }) => [MARKS[state], name, found]);
  const fixes = checks.flatMap(({ name, fix }) => (fix === null ? [] : [`  ${plainText(name)}: ${plainText(fix)}`]));
  const text = [
    showTable(['STATE', 'WHAT', 'FOUND'], rows),
    ...(fixes.length === 0 ? ['', 'Nothing to do.'] : ['', 'What to do:', ...fixes]),
  ].join('\n');
  return { value: { running, good: !isBad, checks }, text, exitCode: isBad ? 1 : 0 };
}
