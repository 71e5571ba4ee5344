// What the tidiness rules look at, taken from one source file by the parser that comes with vite (TypeScript 7 has no
// API for it): imports, functions with their lengths, declared names, and where time or chance is reached for.
import { posix } from 'node:path';
import { parseSync, Visitor } from 'vite';

export interface Import {
  /** A path from the root of the project for a relative import, else the name as written. */
  target: string;
  typeOnly: boolean;
  line: number;
}

export interface Source {
  path: string;
  text: string;
  imports: Import[];
  functions: { name: string; line: number; lines: number }[];
  /** Types, classes and functions. */
  names: { name: string; line: number }[];
  /** Expressions that differ from run to run, as written: `Date.now`, `setTimeout`. */
  impurities: { what: string; line: number }[];
  /** Tables that are read or written, by Kysely or in SQL, as the schema calls them. */
  tables: { name: string; line: number }[];
}

/** The parts of the parser's nodes that are used here. */
interface Node {
  type: string;
  start: number;
  end: number;
  name?: string;
  value?: unknown;
  id?: Node | null;
  object?: Node;
  property?: Node;
  callee?: Node;
  arguments?: Node[];
  source?: Node | null;
  specifiers?: Node[];
  importKind?: string;
  exportKind?: string;
}

const timers = ['setTimeout', 'setInterval', 'setImmediate'];
const chance = ['randomBytes', 'randomUUID', 'randomInt', 'getRandomValues', 'randomFillSync'];
const tableCalls = ['selectFrom', 'insertInto', 'replaceInto', 'updateTable', 'deleteFrom', 'innerJoin', 'leftJoin'];
const statement = /^\s*(select|insert|replace|update|delete|with)\b/i;
const impureMembers = [
  /^Date\.now$/,
  /^Math\.random$/,
  /^performance\.(now|timeOrigin)$/,
  /^process\.hrtime$/,
  new RegExp(`^(globalThis|window|self)\\.(${timers.join('|')})$`),
  new RegExp(`^\\w*[cC]rypto\\.(${chance.join('|')})$`),
];

/** Throws where the text is not TypeScript. `path` is relative to the root, with `/`. */
export function readSource(path: string, text: string): Source {
  const source: Source = { path, text, imports: [], functions: [], names: [], impurities: [], tables: [] };
  const parsed = parseSync(path, text, { lang: path.endsWith('.tsx') ? 'tsx' : 'ts', sourceType: 'module' });
  if (parsed.errors.length > 0) throw new Error(`${path}: ${parsed.errors[0]?.message}`);
  const lineAt = lineCounter(text);
  const spare = new Set<number>();
  const visitors = { ...importVisitors(source, lineAt), ...shapeVisitors(source, lineAt, spare) };
  Object.assign(visitors, textVisitors(source, lineAt), reachVisitors(source, lineAt, spare));
  new Visitor(visitors as never).visit(parsed.program);
  return source;
}

function lineCounter(text: string): (offset: number) => number {
  const starts = [0, ...[...text.matchAll(/\n/g)].map((match) => match.index + 1)];
  return (offset) => starts.findLastIndex((start) => start <= offset) + 1;
}

type LineAt = (offset: number) => number;
type Visit = Record<string, (node: Node) => void>;

function importVisitors(source: Source, lineAt: LineAt): Visit {
  const add = (node: Node, typeOnly: boolean) => {
    if (typeof node.source?.value !== 'string') return;
    const written = node.source.value;
    const target = written.startsWith('.') ? posix.join(posix.dirname(source.path), written) : written;
    source.imports.push({ target, typeOnly, line: lineAt(node.start) });
  };
  const onlyTypes = (node: Node) =>
    node.importKind === 'type' ||
    (!!node.specifiers?.length && node.specifiers.every((specifier) => specifier.importKind === 'type'));
  return {
    ImportDeclaration: (node) => add(node, onlyTypes(node)),
    ExportNamedDeclaration: (node) => add(node, node.exportKind === 'type'),
    ExportAllDeclaration: (node) => add(node, node.exportKind === 'type'),
    ImportExpression: (node) => add(node, false),
    TSImportType: (node) => add(node, true),
  };
}

/** `spare` are offsets of functions that are not functions of anybody: the body of a `describe`. */
function shapeVisitors(source: Source, lineAt: LineAt, spare: Set<number>): Visit {
  // A function that makes others (`createX`) is as long as what it does itself: those inside are counted for themselves.
  const around: { inside: number }[] = [];
  const enter = () => around.push({ inside: 0 });
  const addFunction = (node: Node) => {
    const own = around.pop();
    if (spare.has(node.start)) return;
    const line = lineAt(node.start);
    const whole = lineAt(node.end) - line + 1;
    const parent = around.at(-1);
    if (parent && whole > 3) parent.inside += whole;
    source.functions.push({ name: node.id?.name ?? 'a function', line, lines: whole - (own?.inside ?? 0) });
  };
  const addName = (node: Node) => {
    if (node.id?.name !== undefined) source.names.push({ name: node.id.name, line: lineAt(node.start) });
  };
  return {
    FunctionDeclaration: enter,
    'FunctionDeclaration:exit': (node) => {
      addFunction(node);
      addName(node);
    },
    FunctionExpression: enter,
    'FunctionExpression:exit': addFunction,
    ArrowFunctionExpression: enter,
    'ArrowFunctionExpression:exit': addFunction,
    ClassDeclaration: addName,
    TSInterfaceDeclaration: addName,
    TSTypeAliasDeclaration: addName,
  };
}

/** Tables in SQL that is written out: the words after `from`, `into`, `update` and `join`. */
function textVisitors(source: Source, lineAt: LineAt): Visit {
  const read = (node: Node, text: string) => {
    if (!statement.test(text)) return;
    for (const match of text.matchAll(/\b(?:from|into|update|join)\s+"?([a-z]\w*)/gi)) {
      const name = (match[1] ?? '').replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
      source.tables.push({ name, line: lineAt(node.start + match.index) });
    }
  };
  return {
    Literal: (node) => read(node, typeof node.value === 'string' ? node.value : ''),
    TemplateLiteral: (node) => read(node, source.text.slice(node.start + 1, node.end - 1)),
  };
}

function reachVisitors(source: Source, lineAt: LineAt, spare: Set<number>): Visit {
  const add = (what: string, node: Node) => source.impurities.push({ what, line: lineAt(node.start) });
  return {
    MemberExpression: (node) => {
      const written = `${node.object?.name}.${node.property?.name}`;
      if (impureMembers.some((pattern) => pattern.test(written))) add(written, node);
    },
    CallExpression: (node) => {
      const callee = node.callee?.name ?? node.callee?.object?.name;
      if (callee === 'describe') for (const argument of node.arguments ?? []) spare.add(argument.start);
      const name = node.callee?.name;
      if (name !== undefined && [...timers, ...chance].includes(name)) add(name, node);
      const [first] = node.arguments ?? [];
      if (tableCalls.includes(node.callee?.property?.name ?? '') && typeof first?.value === 'string') {
        source.tables.push({ name: first.value.split(/[ .]/)[0] ?? '', line: lineAt(node.start) });
      }
    },
    NewExpression: (node) => {
      if (node.callee?.name === 'Date' && node.arguments?.length === 0) add('new Date()', node);
    },
  };
}
