import { expect, test } from 'vitest';
import { type Config, parseConfig } from './config.ts';
import { nearest } from './nearest.ts';

function read(toml: string, env: Record<string, string> = {}): Config {
  const result = parseConfig(toml, env, {});
  if (!result.ok) throw new Error(result.refusal.detail);
  return result.value;
}

function problem(toml: string, env: Record<string, string> = {}): string {
  const result = parseConfig(toml, env, {});
  expect(result).toMatchObject({ ok: false, refusal: { code: 'bad_config' } });
  return result.ok ? '' : (result.refusal.detail ?? '');
}

test('with nothing written a node for localhost runs in ./data', () => {
  const config = read('');
  expect(config.dataFolder).toBe('./data');
  expect(config.organisation).toEqual({ name: 'localhost', domain: 'localhost' });
  expect(config.web).toEqual({
    host: '127.0.0.1',
    port: 8440,
    url: 'http://localhost:8440',
    tls: null,
    trustedProxies: [],
  });
  expect(config.federation).toEqual({ host: '0.0.0.0', port: 4440, announce: [] });
});

test('the environment wins over the file and a flag over both', () => {
  const toml = 'data = "a"\n[web]\nport = 1';
  expect(read(toml).web.port).toBe(1);
  expect(read(toml, { CONCLAVE_WEB_PORT: '2' }).web.port).toBe(2);
  const result = parseConfig(toml, { CONCLAVE_DATA: 'b' }, { data: 'c' });
  expect(result).toMatchObject({ value: { dataFolder: 'c' } });
});

test('lists, tables and flags can be set in the environment', () => {
  const { network, web } = read('', {
    CONCLAVE_NETWORK_PRIVATE_ADDRESSES_ALLOWED: '10.0.0.0/8, 127.0.0.1',
    CONCLAVE_NETWORK_DOMAIN_OVERRIDES: 'globex.localhost=http://127.0.0.1:8442',
    CONCLAVE_WEB_BEHIND_PROXY: 'true',
    CONCLAVE_WEB_TRUSTED_PROXIES: '::1',
  });
  expect(network.privateAddressesAllowed).toEqual(['10.0.0.0/8', '127.0.0.1']);
  expect(network.domainOverrides).toEqual({ 'globex.localhost': 'http://127.0.0.1:8442' });
  expect(web.trustedProxies).toEqual(['::1']);
});

test('environment variables of the scripts are none of the configuration', () => {
  expect(read('', { CONCLAVE_BROWSER: 'bundled', CONCLAVE_LONG: '1', CONCLAVE_LOG: 'x', PATH: '/bin' })).toEqual(
    read(''),
  );
});

test.each([
  ['', 8440, 'http://localhost:8440'],
  ['organisation.domain = "acme.localhost"\nweb.port = 8441', 8441, 'http://acme.localhost:8441'],
  ['organisation.domain = "acme.example"', 8440, 'http://localhost:8440'],
  [
    'organisation.domain = "acme.example"\nweb = {behind_proxy = true, trusted_proxies = ["::1"]}',
    8440,
    'https://acme.example',
  ],
  [
    'organisation.domain = "acme.example"\nweb = {port = 443, tls = {cert = "c", key = "k"}}',
    443,
    'https://acme.example',
  ],
  ['organisation.domain = "acme.example"\nweb = {tls = {cert = "c", key = "k"}}', 8440, 'https://acme.example:8440'],
  ['web.url = "https://chat.acme.example/"', 8440, 'https://chat.acme.example'],
])('the public address follows from %j', (toml, port, url) => {
  expect(read(toml).web).toMatchObject({ port, url });
});

test('an address that others reach is taken with TLS or behind a named proxy', () => {
  expect(read('web = {host = "0.0.0.0", tls = {cert = "c", key = "k"}}').web.tls).toEqual({ cert: 'c', key: 'k' });
  expect(read('web = {host = "::", behind_proxy = true, trusted_proxies = ["10.0.0.1"]}').web.host).toBe('::');
});

test.each([
  ['web.host = "0.0.0.0"', 'web.host = "0.0.0.0"', 'web.tls.cert and web.tls.key'],
  ['web.host = "::ffff:10.0.0.1"', 'web.host', 'web.behind_proxy and web.trusted_proxies'],
  ['web = {host = "0.0.0.0", behind_proxy = true}', 'web.trusted_proxies = []', 'addresses of the proxies'],
  ['web.trusted_proxies = ["10.0.0.1"]', 'web.behind_proxy = false', 'web.trusted_proxies'],
  ['web.tls.cert = "c"', 'web.tls.key is missing', 'together'],
  ['web.host = "chat.acme.example"', 'web.host = "chat.acme.example"', 'IP address'],
  ['web.port = "8440"', 'web.port = "8440"', 'whole number from 0 to 65535'],
  ['web.port = 65536', 'web.port = 65536', '65535'],
  ['web.port = 1.5', 'web.port = 1.5', 'whole number'],
  ['web = 1', 'web:', 'no such key'],
  ['web.url = "http://chat.acme.example"', 'web.url = "http://chat.acme.example"', 'https'],
  ['web.url = "https://acme.example/chat"', 'web.url', 'without a path'],
  ['web.behind_proxy = "yes"', 'web.behind_proxy = "yes"', 'true or false'],
  ['organisation.name = " "', 'organisation.name = " "', '1 to 128 bytes'],
  [`organisation.name = "${'ü'.repeat(65)}"`, 'organisation.name', '128 bytes'],
  ['organisation.domain = "Acme.example"', 'organisation.domain = "Acme.example"', 'lower case'],
  ['organisation.domain = "acme..example"', 'organisation.domain', 'host name'],
  ['federation.announce = ["chat.acme.example:4440"]', 'federation.announce', '/dns4/chat.acme.example/tcp/4440'],
  [`federation.announce = [${'"/ip4/1.2.3.4/tcp/1",'.repeat(9)}]`, 'federation.announce', 'at most 8'],
  ['network.private_addresses_allowed = ["10.0.0.0/33"]', 'network.private_addresses_allowed', 'ranges'],
  ['network.domain_overrides."globex.localhost" = "127.0.0.1:8442"', 'network.domain_overrides', 'http://'],
  ['log.level = "verbose"', 'log.level = "verbose"', '"debug", "info", "warn" or "error"'],
  ['log.level = 2024-01-01', 'log.level = "2024-01-01"', '"debug"'],
  ['limits.sockets = 0', 'limits.sockets = 0', 'from 1'],
  ['web.prot = 1', 'web.prot', 'Did you mean web.port?'],
  ['port = 1', 'port', 'Did you mean web.port?'],
  ['[webb]\nhost = "::1"', 'webb.host', 'Did you mean web.host?'],
  ['[organisation]\n"__proto__" = 1', 'organisation.__proto__', 'no such key'],
  ['zzzzzzzzzzzz = 1', 'zzzzzzzzzzzz', 'no such key'],
  ['[web', 'line 1', 'column'],
])('%j is refused: it names %j and says %j', (toml, named, allowed) => {
  const detail = problem(toml);
  expect(detail).toContain(named);
  expect(detail).toContain(allowed);
});

test('a wrong environment variable is named', () => {
  expect(problem('', { CONCLAVE_WEB_PORT: 'http' })).toContain('web.port = "http" (CONCLAVE_WEB_PORT)');
  expect(problem('', { CONCLAVE_WEB_PROT: '1' })).toContain('Did you mean CONCLAVE_WEB_PORT?');
});

test('all problems are told at once', () => {
  expect(problem('web.port = -1\nlog.format = "xml"\nlogg = 1').split('\n')).toHaveLength(3);
});

test('the nearest known word is proposed only when it is near', () => {
  expect(nearest('trusted_proxy', ['trusted_proxies', 'behind_proxy'])).toBe('trusted_proxies');
  expect(nearest('quite different', ['port'])).toBeUndefined();
});
