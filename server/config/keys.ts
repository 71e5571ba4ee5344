/**
 * Every key of the configuration: what it may hold and what it is when nobody sets it. Each is documented in
 * config/conclave.example.toml, and can be set by an environment variable too (`web.port`: CONCLAVE_WEB_PORT).
 */
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { z } from 'zod';
import { utf8 } from '../../protocol/bytes.ts';
import { isDomain, isShownName } from '../../protocol/identity/names.ts';
import { LIMITS } from '../../protocol/limits.ts';

/** How a key is written in an environment variable: lists as `a,b`, maps as `a=b,c=d`. */
type Kind = 'text' | 'number' | 'flag' | 'list' | 'map';

interface Key<T> {
  readonly kind: Kind;
  readonly schema: z.ZodType<T>;
  readonly fallback: T;
  /** Ends the sentence "allowed is …". */
  readonly allowed: string;
}

function key<T>(kind: Kind, schema: z.ZodType<T>, fallback: NoInfer<T>, allowed: string): Key<T> {
  return { kind, schema, fallback, allowed };
}

const whole = (from: number, to: number) => z.number().int().min(from).max(to);
const GIB = 1024 ** 3;
const MOST_BYTES = 2 ** 50;
const bytes = (from: number, fallback: number) =>
  key('number', whole(from, MOST_BYTES), fallback, `a whole number of bytes from ${from} to ${MOST_BYTES}`);
const port = (fallback: number) =>
  key('number', whole(0, 65_535), fallback, 'a whole number from 0 to 65535 (0: any free port)');
const shownName = z.string().refine((value) => isShownName(value, LIMITS.displayNameBytes));
const text = (bytes: number) => z.string().refine((value) => value.trim() !== '' && utf8(value).length <= bytes);
const host = z.string().refine((value) => value === 'localhost' || isIP(value) !== 0);
const range = z.string().refine((value) => ipaddr.isValid(value) || ipaddr.isValidCIDR(value));
const ranges = key('list', z.array(range).max(64), [], 'a list of IP addresses and ranges such as "10.0.0.0/8"');

const domainName = z.string().refine(isDomain);
const endpoint = z
  .string()
  .max(LIMITS.endpointBytes)
  .regex(/^\/(ip4|ip6|dns|dns4|dns6)\/[^/\s]+\/tcp\/\d{1,5}(\/ws|\/tls\/ws|\/wss)?$/);
const origin = z.string().refine(isOrigin);

function isOrigin(value: string): boolean {
  const url = URL.parse(value);
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password) return false;
  return url.origin === value.replace(/\/$/, '').toLowerCase();
}

export const KEYS = {
  data: key('text', text(4_096), './data', 'the path of a folder'),
  'organisation.name': key(
    'text',
    shownName,
    '',
    `a name of 1 to ${LIMITS.displayNameBytes} bytes without hidden signs`,
  ),

  'organisation.domain': key('text', domainName, 'localhost', 'a host name in lower case such as "acme.example"'),
  'web.host': key('text', host, '127.0.0.1', 'an IP address of this machine, or "localhost"'),
  'web.port': port(8440),
  'web.url': key('text', origin, '', 'an address without a path, such as "https://chat.acme.example"'),
  'web.tls.cert': key('text', text(4_096), '', 'the path of a PEM file'),
  'web.tls.key': key('text', text(4_096), '', 'the path of a PEM file'),
  'web.behind_proxy': key('flag', z.boolean(), false, 'true or false'),
  'web.trusted_proxies': ranges,
  'federation.host': key('text', host, '0.0.0.0', 'an IP address of this machine, or "localhost"'),
  'federation.port': port(4440),
  'federation.announce': key(
    'list',
    z.array(endpoint).max(LIMITS.endpoints),
    [],
    `a list of at most ${LIMITS.endpoints} addresses such as "/dns4/chat.acme.example/tcp/4440"`,
  ),
  'network.private_addresses_allowed': ranges,
  'network.domain_overrides': key(
    'map',
    z.record(domainName, origin),
    {},
    'a table of domains and addresses, such as "globex.localhost" = "http://127.0.0.1:8442"',
  ),
  'notifications.web_push': key('flag', z.boolean(), true, 'true or false'),
  'notifications.push_hosts': key(
    'list',
    z.array(domainName).max(64),
    [],
    'a list of host names such as "fcm.googleapis.com"',
  ),
  'log.level': key('text', z.enum(['debug', 'info', 'warn', 'error']), 'info', '"debug", "info", "warn" or "error"'),
  'log.format': key('text', z.enum(['text', 'json']), 'text', '"text" or "json"'),
  'files.max_bytes': bytes(1, 2 * GIB),
  'files.account_bytes': bytes(0, 20 * GIB),
  'files.node_bytes': bytes(0, 200 * GIB),
  'files.free_bytes': bytes(0, GIB),
  'limits.requests_per_minute': key('number', whole(1, 1_000_000), 1_200, 'a whole number from 1 to 1000000'),
  'limits.sockets': key('number', whole(1, 1_000_000), 10_000, 'a whole number from 1 to 1000000'),
  'limits.lookups_per_hour': key('number', whole(1, 100_000), 120, 'a whole number from 1 to 100000'),
};

export type KeyName = keyof typeof KEYS;
export type Values = { [K in KeyName]: (typeof KEYS)[K] extends Key<infer T> ? T : never };
export const KEY_NAMES = Object.keys(KEYS) as KeyName[];

export function isKeyName(name: string): name is KeyName {
  return Object.hasOwn(KEYS, name);
}

/** `web.port`: CONCLAVE_WEB_PORT. */
export function environmentName(name: KeyName): string {
  return `CONCLAVE_${name.toUpperCase().replaceAll('.', '_')}`;
}
