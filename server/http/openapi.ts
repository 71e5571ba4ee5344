/** The contract as OpenAPI 3.1. */
import { z } from 'zod';
import { contract, type RouteKey } from '../../protocol/api/contract.ts';
import type { Route } from '../../protocol/api/route.ts';
import { refusal } from '../../protocol/api/shapes.ts';

type Row = Route<z.ZodType | null, z.ZodType | null, z.ZodType | null, z.ZodType>;
type Schema = Record<string, unknown>;

function security({ access, scope }: Row): Schema[] {
  if (access === 'anyone') return [];
  return scope === null ? [{ session: [] }] : [{ session: [] }, { token: [] }];
}

export function openApiDocument(version: string, cookieName: string): Schema {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const key of Object.keys(contract) as RouteKey[]) {
    const [method = '', path = ''] = key.split(' ');
    const template = path.replaceAll(/:(\w+)/g, '{$1}');
    paths[template] = { ...paths[template], [method.toLowerCase()]: operation(key, contract[key] as unknown as Row) };
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Conclave', version, description: 'What clients and their own node say to each other.' },
    paths,
    components: {
      schemas: { Refusal: schemaOf(refusal, 'output') },
      securitySchemes: {
        session: { type: 'apiKey', in: 'cookie', name: cookieName },
        token: { type: 'http', scheme: 'bearer' },
      },
    },
  };
}

function operation(key: RouteKey, row: Row): Schema {
  const content = (schema: Schema) => ({ 'application/json': { schema } });
  return {
    operationId: key.replaceAll(/\W+/g, '_'),
    summary: row.summary,
    security: security(row),
    parameters: [...parameters(row.params, 'path'), ...parameters(row.query, 'query')],
    ...(row.body && { requestBody: { required: true, content: content(schemaOf(row.body, 'input')) } }),
    responses: {
      200: { description: 'Done', content: content(schemaOf(row.reply, 'output')) },
      default: { description: 'Refused', content: content({ $ref: '#/components/schemas/Refusal' }) },
    },
  };
}

function parameters(schema: z.ZodType | null, place: 'path' | 'query'): Schema[] {
  if (schema === null) return [];
  const { properties = {}, required = [] } = schemaOf(schema, 'input') as {
    properties?: Record<string, Schema>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, each]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    schema: each,
  }));
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Schema {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return rest;
}
