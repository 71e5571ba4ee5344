/**
 * `conclave init`: makes data folder and organisation, and shows the recovery phrase until it is confirmed by typing. Always holds:
 * the phrase is printed on a terminal or by `--json`, never otherwise, and never after it was confirmed.
 */
import type { Command } from 'commander';
import { Refused } from '../../../protocol/result.ts';
import { type Act, type ActUses, type Answer, examples, type GlobalOptions } from '../act.ts';
import { type Asked, configured, type Names } from '../init-config.ts';
import { openPhrase, type Phrase } from '../phrase.ts';
import { showPairs } from '../show.ts';
import type { OpenStopped } from '../stopped-node.ts';
import type { Terminal } from '../terminal.ts';

export interface InitUses extends Pick<ActUses, 'readConfig' | 'connect'> {
  readonly openStopped: OpenStopped;
  readonly terminal: Terminal;
}

interface Options extends GlobalOptions, Names {
  readonly confirm?: boolean;
}

const EXPLANATION = `
The recovery phrase is the organisation itself: with it a lost key or domain can be
replaced, and whoever else has it can do so too. The node forgets it once it is confirmed.
Without a terminal it is shown only by --json.`;

export function addInitCommand(program: Command, act: Act, uses: InitUses): void {
  program
    .command('init')
    .description('make the data folder and the organisation; show and confirm its recovery phrase')
    .option('--name <name>', 'what people of other organisations read, such as "Acme"')
    .option('--domain <domain>', 'the part after the @ in addresses, such as acme.example')
    .option('--confirm', 'confirm the phrase only: its words are read from standard input')
    .addHelpText('after', EXPLANATION)
    .addHelpText(
      'after',
      examples(
        'conclave init --name Acme --domain acme.example',
        'conclave init --data /var/lib/conclave --json',
        'conclave init --confirm < words.txt',
      ),
    )
    .action(act.here<Options>((options) => init(uses, options)));
}

async function init(uses: InitUses, options: Options): Promise<Answer> {
  // Before the data folder is locked: the words may come from another "conclave init".
  const typed = options.confirm ? await uses.terminal.readAll() : undefined;
  const asked: Asked = await configured(uses.readConfig, options);
  const phrase = await openPhrase({ ...uses, config: asked.config, isNamed: asked.isNamed });
  try {
    if (typed !== undefined) return answerOf(phrase, await confirmOrRefuse(phrase, typed));
    if (options.json) return { value: { ...summary(phrase, false), recoveryPhrase: phrase.words }, text: '' };
    if (!uses.terminal.isTerminal) return answerOf(phrase, false);
    return answerOf(phrase, await confirmByTyping(phrase, uses.terminal));
  } finally {
    await phrase.close();
  }
}

const TRIES = 3;

async function confirmByTyping(phrase: Phrase, terminal: Terminal): Promise<boolean> {
  terminal.say(
    `The recovery phrase of ${phrase.name}. Write it down on paper; it is not shown again once confirmed.\n`,
  );
  terminal.say(inColumns(phrase.words));
  if ((await terminal.ask('\nPress Enter when it is written down. ')) === undefined) return false;
  terminal.clear();
  for (let left = TRIES; left > 0; left--) {
    const typed = await terminal.ask('Type the words, with spaces between them (nothing: later):\n> ');
    if (typed === undefined || typed.trim() === '') return false;
    if (await phrase.confirm(typed)) return true;
    terminal.say('Those are not the words.');
  }
  return false;
}

async function confirmOrRefuse(phrase: Phrase, typed: string): Promise<boolean> {
  if (await phrase.confirm(typed)) return true;
  throw new Refused('phrase_wrong');
}

/** `1 able      2 about …`: four to a line. */
function inColumns(words: readonly string[]): string {
  const cells = words.map((word, index) => `${String(index + 1).padStart(4)} ${word.padEnd(10)}`);
  const lines = cells.flatMap((_, index) => (index % 4 === 0 ? [cells.slice(index, index + 4).join('')] : []));
  return lines.map((line) => line.trimEnd()).join('\n');
}

function summary({ org, name, domain, dataFolder, made }: Phrase, phraseConfirmed: boolean) {
  return { org, name, domain, dataFolder, made, phraseConfirmed };
}

function answerOf(phrase: Phrase, isConfirmed: boolean): Answer {
  const pairs = showPairs([
    ['organisation', `${phrase.name} (${phrase.domain})`],
    ['id', phrase.org],
    ['data folder', phrase.dataFolder],
    [
      'recovery phrase',
      isConfirmed ? 'confirmed; the node has forgotten it' : 'not confirmed yet: run "conclave init" on a terminal',
    ],
  ]);
  const next = 'Next: conclave start    and for the first administrator: conclave account add --administrator';
  return { value: summary(phrase, isConfirmed), text: `${pairs}\n\n${next}` };
}
