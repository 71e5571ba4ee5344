/**
 * The `Log` port on a stream (standard error unless another is given): one line an event, as JSON or as text for people.
 * What comes from outside cannot start a line or paint the terminal: control characters are escaped in both forms.
 */
import type { Log, LogFields } from '../ports.ts';

const LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof LEVELS)[number];

export interface LogOptions {
  readonly level?: LogLevel;
  readonly form?: 'json' | 'text';
  /** Takes one whole line with its line end. */
  readonly write?: (line: string) => void;
  /** Milliseconds since the Unix epoch. */
  readonly now?: () => number;
}

export function createLog(options: LogOptions = {}): Log {
  const { level = 'info', form = 'json', write = (line) => process.stderr.write(line), now = Date.now } = options;
  const line = form === 'json' ? jsonLine : textLine;
  const at = (lineLevel: LogLevel) => {
    if (LEVELS.indexOf(lineLevel) < LEVELS.indexOf(level)) return () => {};
    return (event: string, fields: LogFields = {}) =>
      write(line(new Date(now()).toISOString(), lineLevel, event, fields));
  };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

function jsonLine(time: string, level: LogLevel, event: string, fields: LogFields): string {
  return `${JSON.stringify({ ...fields, time, level, event })}\n`;
}

function textLine(time: string, level: LogLevel, event: string, fields: LogFields): string {
  const pairs = Object.entries(fields).map(([name, value]) => ` ${name}=${textValue(value)}`);
  return `${time} ${level.padEnd(5)} ${event}${pairs.join('')}\n`;
}

function textValue(value: string | number | boolean | null): string {
  if (typeof value !== 'string') return String(value);
  return /^[\w.:/@+-]+$/.test(value) ? value : escapeC1(JSON.stringify(value));
}

/** JSON leaves DEL and the C1 range as they are, and terminals act on them. */
function escapeC1(text: string): string {
  return text.replace(
    /[\u007f-\u009f\u2028\u2029]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
