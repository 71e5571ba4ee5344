/** `conclave network …`: Network access (PRODUCT P6). */
import { Argument, type Command, Option } from 'commander';
import { Refused } from '../../../protocol/result.ts';
import { type Act, type Answer, examples } from '../act.ts';
import { showPairs } from '../show.ts';

const MODES = {
  off: 'nothing leaves, nothing enters',
  'allow-list': 'approved partners only',
  open: 'everybody but those on the block list',
};
const DIRECTORIES = {
  nobody: 'shows nobody to partners',
  exact: 'answers for a full address',
  search: 'is searched by partners',
};
type Mode = keyof typeof MODES;
type Directory = keyof typeof DIRECTORIES;

export function addNetworkCommands(program: Command, act: Act): void {
  const group = program.command('network').description('Network access: who may be reached, and who may reach us');
  group.addHelpText('after', examples('conclave network show', 'conclave network set allow-list'));
  group
    .command('show')
    .description('the setting as it is')
    .addHelpText('after', examples('conclave network show --json'))
    .action(act.asking(async (call) => answerOf(await call('GET /api/v1/admin/network', {}))));
  group
    .command('set')
    .addArgument(new Argument('[mode]', 'whom this node exchanges anything with').choices(Object.keys(MODES)))
    .addOption(
      new Option('--directory <shows>', 'what partners may learn of who works here').choices(Object.keys(DIRECTORIES)),
    )
    .description('change it, at once')
    .addHelpText('after', examples('conclave network set off', 'conclave network set allow-list --directory search'))
    .action(
      act.asking<{ directory?: Directory }>(async (call, { directory }, [mode]) => {
        if (mode === undefined && directory === undefined)
          throw new Refused('bad_input', `say what to set: ${Object.keys(MODES).join(', ')}, or --directory`);
        const body = {
          ...(mode !== undefined && { mode: mode as Mode }),
          ...(directory !== undefined && { directory }),
        };
        return answerOf(await call('PATCH /api/v1/admin/network', { body }));
      }),
    );
}

function answerOf(value: { mode: Mode; directory: Directory }): Answer {
  const text = showPairs([
    ['network access', `${value.mode} (${MODES[value.mode]})`],
    ['directory', `${value.directory} (${DIRECTORIES[value.directory]})`],
  ]);
  return { value, text };
}
