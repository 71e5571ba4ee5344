/**
 * The command line `conclave`: a client of the running node, by the same routes as the screens of an administrator. No command
 * reads a chat by them, and none can: no route of administration takes one (PRODUCT P3). `conclave bot` is a member like others.
 */
import { Command } from 'commander';
import { type ActUses, createAct, examples } from './act.ts';
import { addAccountCommands } from './commands/account.ts';
import { addBotCommands, type BotUses } from './commands/bot.ts';
import { addDoctorCommand, type DoctorCommandUses } from './commands/doctor.ts';
import { addInitCommand, type InitUses } from './commands/init.ts';
import { addNetworkCommands } from './commands/network.ts';
import { addPeerCommands } from './commands/peer.ts';
import { addStartCommand, type StartUses } from './commands/start.ts';
import { addStatusCommand } from './commands/status.ts';
import { failureOf } from './failure.ts';

export interface ProgramUses extends ActUses, InitUses, DoctorCommandUses, StartUses, BotUses {
  readonly version: string;
  readonly printError: (text: string) => void;
}

const EXIT_CODES = `
Exit codes: 0 done, 1 a fault, or a bad finding of doctor; by kind of refusal: 2 bad input, 3 not allowed,
4 not there, 5 conflict, 6 too much, 7 try again later, 8 broken data from elsewhere.`;

function createProgram(uses: ProgramUses): Command {
  const program = new Command('conclave')
    .description(
      'Runs and looks after a Conclave node. No command reads a private chat. A bot reads those it was invited to.',
    )
    .version(uses.version)
    .option('--data <folder>', 'data folder of the node (else CONCLAVE_DATA, else ./data)')
    .option('--config <file>', 'configuration (else CONCLAVE_CONFIG, else conclave.toml in the data folder)')
    .option('--json', 'answer as JSON, for programs')
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({ writeOut: uses.print, writeErr: uses.printError })
    .showHelpAfterError('Try --help.')
    .addHelpText('after', EXIT_CODES)
    .addHelpText(
      'after',
      examples(
        'conclave init --name Acme --domain acme.example',
        'conclave start',
        'conclave account add --administrator',
        'conclave doctor',
      ),
    )
    .exitOverride();
  const act = createAct(uses);
  addInitCommand(program, act, uses);
  addStartCommand(program, act, uses);
  addAccountCommands(program, act);
  addBotCommands(program, act, uses);
  addPeerCommands(program, act);
  addNetworkCommands(program, act);
  addStatusCommand(program, act);
  addDoctorCommand(program, act, uses);
  return program;
}

/** `args`: what was typed after the program's name. Bugs are thrown. */
export async function runProgram(args: readonly string[], uses: ProgramUses): Promise<void> {
  try {
    await createProgram(uses).parseAsync(args, { from: 'user' });
  } catch (error) {
    const { exitCode, text } = failureOf(error, args.includes('--json'));
    uses.printError(text);
    uses.setExitCode(exitCode);
  }
}
