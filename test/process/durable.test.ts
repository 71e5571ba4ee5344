// What the real process does before it answers: the sync to disk comes before the first byte of the acknowledgement.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { openLoadPerson } from '../../scripts/bench/load.ts';
import { openStage } from '../../scripts/bench/stage.ts';
import type { DemoNode } from '../../scripts/demo/network.ts';
import { until } from '../../scripts/demo/people.ts';

const main = fileURLToPath(new URL('../../server/main.ts', import.meta.url));
const CALLS = 'read,recvfrom,fsync,fdatasync,write,writev,sendto,sendmsg';

function hasStrace(): boolean {
  try {
    execFileSync('strace', ['-V'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function traced(node: DemoNode, folder: string, trace: string): ChildProcess {
  const { name, webPort, federationPort } = node.settings;
  const env = {
    ...process.env,
    CONCLAVE_ORGANISATION_NAME: name,
    CONCLAVE_ORGANISATION_DOMAIN: `${name}.localhost`,
    CONCLAVE_WEB_PORT: String(webPort),
    CONCLAVE_FEDERATION_HOST: '127.0.0.1',
    CONCLAVE_FEDERATION_PORT: String(federationPort),
  };
  const command = ['-f', '-s', '4000', '-e', `trace=${CALLS}`, '-o', trace, process.execPath, main, '--data', folder];
  return spawn('strace', command, { env, stdio: 'ignore' });
}

/** strace does not end what it traces. */
function endTraced(folder: string): void {
  try {
    execFileSync('pkill', ['-KILL', '-f', '--', `--data ${folder}`], { stdio: 'ignore' });
  } catch {
    // None is left.
  }
}

test.skipIf(!hasStrace())(
  'syncs to disk before the first byte of an acknowledgement (skipped where strace is missing)',
  { timeout: 180_000 },
  async () => {
    const stage = await openStage(['acme']);
    const [node] = stage.nodes as [DemoNode];
    const trace = join(stage.folder, 'trace');
    let child: ChildProcess | undefined;
    try {
      const [holder] = await node.ask('people', { prefix: 'p', count: 1 });
      const chat = await (await openLoadPerson(node, holder as never)).found();
      const ready = node.ready();
      await node.stop();
      child = traced(node, node.settings.folder, trace);
      await until('it answers', () =>
        fetch(`${ready.address}/healthz`).then(
          () => true,
          () => false,
        ),
      );
      const person = await openLoadPerson(node, holder as never);
      await person.listen(false);
      await person.refresh(chat);
      await person.send(chat, 'is this on disk?');
      person.close();
      const lines = readFileSync(trace, 'utf8').split('\n');
      const answered = lines.findIndex(
        (line) => /(write|writev|sendto|sendmsg)\(/.test(line) && line.includes('\\"t\\":\\"stored\\"'),
      );
      expect(answered).toBeGreaterThan(0);
      const asked = lines.findLastIndex(
        (line, i) => i < answered && /(read|recvfrom)\(/.test(line) && !/= (-1|0)\b/.test(line),
      );
      const synced = lines.findIndex(
        (line, i) => i > asked && i < answered && /(fsync|fdatasync)\(\d+\)\s+= 0/.test(line),
      );
      expect(synced).toBeGreaterThan(asked);
    } finally {
      child?.kill('SIGKILL');
      endTraced(node.settings.folder);
      await stage.end().catch(() => {});
    }
  },
);
