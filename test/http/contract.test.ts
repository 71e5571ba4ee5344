// Every row of the contract is served, to whom it says and to nobody else; OpenAPI says the same.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { contract, type RouteKey } from '../../protocol/api/contract.ts';
import { startNode, type TestNode, type TestPerson } from '../nodes.ts';

const keys = Object.keys(contract) as RouteKey[];
const SAMPLES: Record<string, string> = {
  account: `acc_${'a'.repeat(26)}`,
  chat: `chat_${'a'.repeat(52)}`,
  id: 'ses_x',
  org: `org_${'a'.repeat(52)}`,
  token: 'tok_x',
};
interface Operation {
  readonly summary: string;
  readonly security: readonly object[];
  readonly parameters: readonly { name: string; in: string; schema: object }[];
  readonly requestBody?: object;
  readonly responses: { 200: { content: { 'application/json': { schema: { type: string } } } } };
}
interface Document {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

let acme: TestNode;
let ann: TestPerson;

beforeAll(async () => {
  acme = await startNode();
  ann = await acme.person('ann');
});
afterAll(() => acme.end());

async function ask(key: RouteKey, headers: Record<string, string>): Promise<{ status: number; code: string }> {
  const [method = '', path = ''] = key.split(' ');
  const filled = path.replaceAll(/:(\w+)/g, (_, name: string) => SAMPLES[name] ?? '');
  const body = contract[key].body === null ? {} : { body: '{}' };
  const sent = { 'content-type': 'application/json', ...headers };
  const response = await fetch(acme.address + filled, { method, headers: sent, ...body });
  const { code = '' } = (await response.json()) as { code?: string };
  return { status: response.status, code };
}

test.each(keys)('%s is served to whom it is for alone', async (key) => {
  const { access } = contract[key];
  const stranger = await ask(key, {});
  if (access === 'anyone') {
    expect(['', 'bad_input', 'bad_invitation']).toContain(stranger.code);
    return;
  }
  expect(stranger).toEqual({ status: 401, code: 'not_signed_in' });
  const member = await ask(key, { authorization: `Bearer ${ann.token}` });
  if (access === 'administrator') expect(member).toEqual({ status: 403, code: 'scope_missing' });
  else expect(['', 'bad_input', 'not_found', 'scope_missing']).toContain(member.code);
});

test('OpenAPI has every row, its parameters, and no schema that says nothing', async () => {
  const document = (await (await fetch(`${acme.address}/openapi.json`)).json()) as Document;
  expect(document.openapi).toBe('3.1.0');
  for (const key of keys) {
    const [method = '', path = ''] = key.split(' ');
    const names = [...path.matchAll(/:(\w+)/g)].map((match) => match[1]);
    const operation = document.paths[path.replaceAll(/:(\w+)/g, '{$1}')]?.[method.toLowerCase()];
    if (!operation) throw new Error(`${key} is missing`);
    expect(operation.summary).toBe(contract[key].summary);
    const { access, scope } = contract[key];
    const ways = access === 'anyone' ? [] : scope === null ? ['session'] : ['session', 'token'];
    expect(operation.security.flatMap(Object.keys)).toEqual(ways);
    const inPath = operation.parameters.filter((each) => each.in === 'path');
    expect(inPath.map((each) => each.name).sort()).toEqual(names.sort());
    for (const parameter of operation.parameters) expect(parameter.schema, key).toHaveProperty('type');
    expect(operation.requestBody === undefined).toBe(contract[key].body === null);
    expect(operation.responses[200].content['application/json'].schema.type).toBe('object');
  }
  const ids = keys.map((key) => key.replaceAll(/\W+/g, '_'));
  expect(new Set(ids).size).toBe(ids.length);
});
