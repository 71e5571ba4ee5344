/**
 * The configuration of a node: one TOML file, the environment, flags. Always holds: a `Config` is complete and consistent; what
 * is not allowed is refused as `bad_config`, naming key, value and what is allowed, all problems at once.
 */
import ipaddr from 'ipaddr.js';
import { Refused, type Result, refusing } from '../../protocol/result.ts';
import { KEY_NAMES, KEYS, type KeyName, type Values } from './keys.ts';
import { type Environment, fromEnvironment, fromToml, type Written } from './sources.ts';

export interface Config {
  /** Path, as written. */
  readonly dataFolder: string;
  readonly organisation: { readonly name: string; readonly domain: string };
  readonly web: {
    readonly host: string;
    readonly port: number;
    /** What browsers use, an origin without a slash at its end. */
    readonly url: string;
    /** Paths of PEM files; null: plain HTTP, on loopback or behind a proxy. */
    readonly tls: { readonly cert: string; readonly key: string } | null;
    /** Addresses and ranges whose `X-Forwarded-For` is believed. Empty: nobody's. */
    readonly trustedProxies: readonly string[];
  };
  readonly federation: { readonly host: string; readonly port: number; readonly announce: readonly string[] };
  readonly network: {
    /** Private addresses and ranges that address look-ups may dial all the same. */
    readonly privateAddressesAllowed: readonly string[];
    /** Domain to the origin that is asked instead of it. */
    readonly domainOverrides: Readonly<Record<string, string>>;
  };
  readonly notifications: {
    /** Are push services of browsers used? */
    readonly webPush: boolean;
    /** Those that may be called, and all below them; empty: any that is public. */
    readonly pushHosts: readonly string[];
  };
  readonly log: { readonly level: 'debug' | 'info' | 'warn' | 'error'; readonly format: 'text' | 'json' };
  /** Bytes. */
  readonly files: {
    /** Of one file, before it is sealed. */
    readonly maxBytes: number;
    readonly accountBytes: number;
    readonly nodeBytes: number;
    /** Of the disk that files leave free. */
    readonly freeBytes: number;
  };
  readonly limits: {
    readonly requestsPerMinute: number;
    readonly sockets: number;
    readonly lookupsPerHour: number;
  };
}

export interface Flags {
  readonly data?: string;
}

/** Flags win over the environment, the environment over the file, the file over what is built in. Refuses `bad_config`. */
export function parseConfig(tomlText: string, env: Environment, flags: Flags): Result<Config> {
  return refusing(() => {
    const problems: string[] = [];
    const written = new Map([...fromToml(tomlText, problems), ...fromEnvironment(env, problems)]);
    if (flags.data !== undefined) written.set('data', { value: flags.data, from: '--data' });
    const values = checkedValues(written, problems);
    if (problems.length === 0) problems.push(...inconsistencies(values));
    if (problems.length > 0) throw new Refused('bad_config', problems.join('\n'));
    return assemble(values);
  });
}

function checkedValues(written: ReadonlyMap<KeyName, Written>, problems: string[]): Values {
  const values: Record<string, unknown> = {};
  for (const name of KEY_NAMES) {
    const { schema, fallback, allowed } = KEYS[name];
    const given = written.get(name);
    const read = given && schema.safeParse(given.value);
    if (read && !read.success) problems.push(`${name} = ${shown(given.value)} (${given.from}): allowed is ${allowed}`);
    values[name] = read ? read.data : fallback;
  }
  return values as Values;
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}

/** What the keys may not be together. */
function inconsistencies(values: Values): string[] {
  const problems: string[] = [];
  const { 'web.host': host, 'web.tls.cert': cert, 'web.tls.key': key, 'web.behind_proxy': behindProxy } = values;
  const proxies = values['web.trusted_proxies'];
  if ((cert === '') !== (key === ''))
    problems.push(
      `web.tls.${cert === '' ? 'cert' : 'key'} is missing: allowed are web.tls.cert and web.tls.key together`,
    );
  if (behindProxy && proxies.length === 0)
    problems.push('web.trusted_proxies = []: with web.behind_proxy it must name the addresses of the proxies');
  if (!behindProxy && proxies.length > 0)
    problems.push(`web.behind_proxy = false: web.trusted_proxies is allowed only with web.behind_proxy = true`);
  if (!isLoopback(host) && !behindProxy && cert === '')
    problems.push(
      `web.host = "${host}": an address that others reach is allowed only with web.tls.cert and web.tls.key, ` +
        'or with web.behind_proxy and web.trusted_proxies',
    );
  const url = values['web.url'];
  if (url.startsWith('http:') && !isLocalName(new URL(url).hostname))
    problems.push(`web.url = "${url}": allowed is https, and http only for localhost`);
  return problems;
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || ipaddr.process(host).range() === 'loopback';
}

function isLocalName(hostname: string): boolean {
  const bare = hostname.replace(/^\[|\]$/g, '');
  return bare === 'localhost' || bare.endsWith('.localhost') || (ipaddr.isValid(bare) && isLoopback(bare));
}

function assemble(values: Values): Config {
  const domain = values['organisation.domain'];
  const tls = values['web.tls.cert'] === '' ? null : { cert: values['web.tls.cert'], key: values['web.tls.key'] };
  return {
    dataFolder: values.data,
    organisation: { name: values['organisation.name'] || domain, domain },
    web: {
      host: values['web.host'],
      port: values['web.port'],
      url: values['web.url'].replace(/\/$/, '') || usualUrl(values, tls !== null),
      tls,
      trustedProxies: values['web.trusted_proxies'],
    },
    federation: {
      host: values['federation.host'],
      port: values['federation.port'],
      announce: values['federation.announce'],
    },
    network: {
      privateAddressesAllowed: values['network.private_addresses_allowed'],
      domainOverrides: values['network.domain_overrides'],
    },
    notifications: {
      webPush: values['notifications.web_push'],
      pushHosts: values['notifications.push_hosts'],
    },
    log: { level: values['log.level'], format: values['log.format'] },
    files: {
      maxBytes: values['files.max_bytes'],
      accountBytes: values['files.account_bytes'],
      nodeBytes: values['files.node_bytes'],
      freeBytes: values['files.free_bytes'],
    },
    limits: {
      requestsPerMinute: values['limits.requests_per_minute'],
      sockets: values['limits.sockets'],
      lookupsPerHour: values['limits.lookups_per_hour'],
    },
  };
}

function usualUrl(values: Values, tls: boolean): string {
  const domain = values['organisation.domain'];
  const port = values['web.port'];
  if (values['web.behind_proxy']) return `https://${domain}`;
  if (tls) return port === 443 ? `https://${domain}` : `https://${domain}:${port}`;
  return `http://${isLocalName(domain) ? domain : 'localhost'}:${port}`;
}
