/** `conclave start`: this process becomes the node, so that signals and exit code are its own. */
import type { Command } from 'commander';
import { Refused } from '../../../protocol/result.ts';
import { type Act, type ActUses, examples, type GlobalOptions } from '../act.ts';

/** Does not return while the node runs. */
export type StartNode = (flags: readonly string[]) => Promise<number>;

export interface StartUses extends Pick<ActUses, 'readConfig'> {
  readonly startNode: StartNode;
}

export function addStartCommand(program: Command, act: Act, { readConfig, startNode }: StartUses): void {
  program
    .command('start')
    .description('run the node in the foreground, until it is told to stop (Ctrl-C, SIGTERM)')
    .addHelpText(
      'after',
      examples(
        'conclave start',
        'conclave start --config /etc/conclave/conclave.toml',
        'conclave start --data /var/lib/conclave',
      ),
    )
    .action(
      act.here(async (options) => {
        const config = readConfig(options);
        if (!config.ok) throw new Refused(config.refusal.code, config.refusal.detail);
        return { value: {}, text: '', exitCode: await startNode(flagsOf(options)) };
      }),
    );
}

function flagsOf({ config, data }: GlobalOptions): string[] {
  return [...(config === undefined ? [] : ['--config', config]), ...(data === undefined ? [] : ['--data', data])];
}
