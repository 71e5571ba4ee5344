/**
 * How every command ends: it answers with a value for programs and a text for people, and one of the two is printed. Always
 * holds: standard output has the answer and nothing else.
 */
import type { Command } from 'commander';
import type { Result } from '../../protocol/result.ts';
import { Refused } from '../../protocol/result.ts';
import type { Config } from '../config/config.ts';
import type { Call } from './call.ts';

export interface GlobalOptions {
  readonly data?: string;
  readonly config?: string;
  readonly json?: boolean;
}

export interface Answer {
  /** Its shape stays as it is from version to version. */
  readonly value: unknown;
  readonly text: string;
  /** Left out: 0. */
  readonly exitCode?: number;
}

export interface ActUses {
  readonly readConfig: (flags: GlobalOptions) => Result<Config>;
  /** `config`: whose data folder has the socket. */
  readonly connect: (config: Config) => Call;
  readonly print: (text: string) => void;
  readonly setExitCode: (exitCode: number) => void;
}

type Action = (...given: unknown[]) => Promise<void>;

export interface Act {
  /** For commands that need no running node. */
  here<O = object>(work: (options: O & GlobalOptions, args: readonly string[]) => Promise<Answer>): Action;
  /** For commands that ask the running one. */
  asking<O = object>(
    work: (call: Call, options: O & GlobalOptions, args: readonly string[]) => Promise<Answer>,
  ): Action;
  /** For commands that go on: each answer is one line as soon as it is there. */
  telling<O = object>(
    work: (tell: (answer: Answer) => void, options: O & GlobalOptions, args: readonly string[]) => Promise<void>,
  ): Action;
}

export function createAct({ readConfig, connect, print, setExitCode }: ActUses): Act {
  const here: Act['here'] =
    <O>(work: (options: O & GlobalOptions, args: readonly string[]) => Promise<Answer>): Action =>
    async (...given) => {
      const command = given.at(-1) as Command;
      const options = command.optsWithGlobals<O & GlobalOptions>();
      const { value, text, exitCode } = await work(options, command.args);
      print(options.json ? `${JSON.stringify(value, null, 2)}\n` : `${text}\n`);
      if (exitCode !== undefined) setExitCode(exitCode);
    };
  return {
    here,
    asking: (work) =>
      here(async (options, args) => {
        const config = configOf(readConfig, options);
        return work(connect(config), options as Parameters<typeof work>[1], args);
      }),
    telling:
      (work) =>
      async (...given) => {
        const command = given.at(-1) as Command;
        const options = command.optsWithGlobals<Parameters<typeof work>[1]>();
        const tell = ({ value, text }: Answer) => print(`${options.json ? JSON.stringify(value) : text}\n`);
        await work(tell, options, command.args);
      },
  };
}

/** Refuses (throws) `bad_config`. */
export function configOf(readConfig: ActUses['readConfig'], options: GlobalOptions): Config {
  const config = readConfig(options);
  if (!config.ok) throw new Refused(config.refusal.code, config.refusal.detail);
  return config.value;
}

/** The part of a command's help that shows it at work. */
export function examples(...lines: readonly string[]): string {
  return ['', 'Examples:', ...lines.map((line) => `  $ ${line}`)].join('\n');
}
