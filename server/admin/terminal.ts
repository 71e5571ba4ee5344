/** The person at the keyboard. What is said here goes to standard error, so that standard output has the answer alone. */
import { createInterface } from 'node:readline/promises';
import { text } from 'node:stream/consumers';

export interface Terminal {
  /** Are keyboard and screen both there? */
  readonly isTerminal: boolean;
  say(text: string): void;
  /** A line; undefined at the end of the input (Ctrl-D). */
  ask(question: string): Promise<string | undefined>;
  /** Forgets what stood on the screen, also what was scrolled away. */
  clear(): void;
  /** Everything on standard input. */
  readAll(): Promise<string>;
}

export function createTerminal(input: NodeJS.ReadStream, output: NodeJS.WriteStream): Terminal {
  return {
    isTerminal: input.isTTY === true && output.isTTY === true,
    say(line) {
      output.write(`${line}\n`);
    },
    async ask(question) {
      const lines = createInterface({ input, output, historySize: 0 });
      const ended = new Promise<undefined>((resolve) => lines.once('close', () => resolve(undefined)));
      try {
        return await Promise.race([lines.question(question), ended]);
      } finally {
        lines.close();
      }
    },
    clear() {
      output.write('\u001b[2J\u001b[3J\u001b[H');
    },
    readAll: () => text(input),
  };
}
