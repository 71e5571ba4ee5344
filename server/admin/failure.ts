/**
 * What a command says when it could not do its work, on standard error, and its exit code: 1 for a fault, else by the kind of
 * refusal (protocol/refusals.ts). With `--json` as one line of JSON.
 */
import { CommanderError } from 'commander';
import { REFUSALS, type RefusalCode } from '../../protocol/refusals.ts';
import { Fault, Refused } from '../../protocol/result.ts';
import { plainText } from './show.ts';

/** What to type next; most sentences of the table say already what to do. */
const NEXT: Partial<Record<RefusalCode, string>> = {
  not_running: 'conclave start    (and --data FOLDER if its data folder is not ./data)',
  running: 'npm start runs in a terminal: Ctrl-C ends it. Under systemd: systemctl stop conclave',
  unknown_account: 'conclave account list',
  unknown_peer: 'conclave peer list',
  network_off: 'conclave network set allow-list',
  bad_ticket: 'There: conclave peer invite    Here: conclave peer add TICKET',
  vault_locked: 'conclave bot unlock --file PATH',
  bad_config: 'config/conclave.example.toml explains every key.',
};

export interface Failure {
  readonly exitCode: number;
  /** With its line end; empty when everything has been said. */
  readonly text: string;
}

/** Bugs go on up. */
export function failureOf(error: unknown, asJson: boolean): Failure {
  // Commander has printed its own sentence, and help is no failure.
  if (error instanceof CommanderError)
    return { exitCode: error.exitCode === 0 ? 0 : REFUSALS.bad_input.exit, text: '' };
  if (error instanceof Refused) return refusalFailure(error, asJson);
  if (!(error instanceof Fault)) throw error;
  const shown = asJson
    ? JSON.stringify({ error: { code: 'fault', sentence: error.message } })
    : `conclave: ${error.message}`;
  return { exitCode: 1, text: `${shown}\n` };
}

function refusalFailure({ refusal: { code, detail } }: Refused, asJson: boolean): Failure {
  const { sentence, exit: exitCode } = REFUSALS[code];
  const todo = NEXT[code];
  if (asJson) return { exitCode, text: `${JSON.stringify({ error: { code, sentence, detail, todo } })}\n` };
  const details = (detail ?? '').split('\n').filter((line) => line !== '');
  const lines = [`conclave: ${sentence}`, ...details.map((line) => `  ${plainText(line)}`)];
  return { exitCode, text: `${[...lines, ...(todo === undefined ? [] : [`  → ${todo}`])].join('\n')}\n` };
}
