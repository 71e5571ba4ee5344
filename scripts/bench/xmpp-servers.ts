// XMPP servers for the bench: each a process of its own in a temporary folder, with its archive on and nothing else.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../demo/network.ts';
import { until } from '../demo/people.ts';

export const HOST = 'acme.localhost';
const ROOMS = `rooms.${HOST}`;
export const ROOM = `bench@${ROOMS}`;

export interface Server {
  readonly port: number;
  /** People make their accounts themselves. */
  readonly register: boolean;
  readonly cpuUs: () => number;
  stop(): void;
}

function isInstalled(program: string): boolean {
  try {
    execFileSync('which', [program], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** CPU of the process and its threads so far: user and system time of `/proc`, in ticks of 10 ms. */
function cpuOfProcess(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10_000;
}

function prosodyConfig(folder: string, port: number): string {
  return `
data_path = "${folder}/data"
pidfile = "${folder}/prosody.pid"
run_as_root = true
daemonize = false
modules_enabled = { "saslauth", "disco" }
modules_disabled = { "s2s", "offline", "tls", "posix" }
c2s_require_encryption = false
allow_unencrypted_plain_auth = true
authentication = "internal_plain"
c2s_ports = { ${port} }
c2s_interfaces = { "127.0.0.1" }
log = { warn = "${folder}/prosody.log" }
VirtualHost "${HOST}"
Component "${ROOMS}" "muc"
  modules_enabled = { "muc_mam" }
  muc_log_by_default = true
  muc_room_locking = false
`;
}

/** Null: not installed. Whoever of `names` comes in has the name as password. */
export async function startProsody(names: readonly string[]): Promise<Server | null> {
  if (!isInstalled('prosody')) return null;
  const folder = newFolder();
  const port = await freePort();
  const config = join(folder, 'prosody.cfg.lua');
  writeFileSync(config, prosodyConfig(folder, port));
  const accounts = join(folder, 'data', HOST.replaceAll('.', '%2e'), 'accounts');
  mkdirSync(accounts, { recursive: true });
  for (const name of names) writeFileSync(join(accounts, `${name}.dat`), `return { ["password"] = "${name}"; };\n`);
  return ready(spawn('prosody', ['--config', config], { stdio: 'ignore' }), folder, port, false);
}

function ejabberdConfig(port: number): string {
  return `
hosts: [${HOST}]
loglevel: error
registration_timeout: infinity
auth_method: internal
acl: {local: {user_regexp: ""}}
access_rules: {register: {allow: all}}
listen: [{port: ${port}, ip: 127.0.0.1, module: ejabberd_c2s, starttls: false}]
modules:
  mod_disco: {}
  mod_register: {ip_access: all, access: register}
  mod_mam: {}
  mod_muc: {host: ${ROOMS}, default_room_options: {mam: true}}
`;
}

/** Where Debian keeps its libraries for Erlang. */
const ERLANG_LIBRARIES = `/usr/lib/${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu`;

/** Null: not installed. */
export async function startEjabberd(): Promise<Server | null> {
  if (!isInstalled('erl') || !existsSync('/usr/sbin/ejabberdctl')) return null;
  const folder = newFolder();
  const port = await freePort();
  const config = join(folder, 'ejabberd.yml');
  writeFileSync(config, ejabberdConfig(port));
  const child = spawn('erl', ['-noinput', '-mnesia', 'dir', `"${join(folder, 'data')}"`, '-s', 'ejabberd'], {
    stdio: 'ignore',
    env: {
      ...process.env,
      ERL_LIBS: ERLANG_LIBRARIES,
      EJABBERD_CONFIG_PATH: config,
      EJABBERD_LOG_PATH: join(folder, 'ejabberd.log'),
    },
  });
  return ready(child, folder, port, true);
}

function newFolder(): string {
  return mkdtempSync(join(tmpdir(), 'conclave-bench-xmpp-'));
}

async function ready(child: ChildProcess, folder: string, port: number, register: boolean): Promise<Server> {
  await until('the server listens', () => canConnect(port));
  return {
    port,
    register,
    cpuUs: () => cpuOfProcess(child.pid ?? 0),
    stop() {
      child.kill('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function canConnect(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
