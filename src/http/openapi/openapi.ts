import { describeMembers, wordsOf } from '../input/describe-members.js';
import type { Json } from './plain-paths.js';
import { PLAIN_TAG, plainPaths } from './plain-paths.js';
import { toJsonSchema } from '../input/schema.js';
import type { Schema } from '../input/schema.js';
import type { BodyType } from '../input/json-body.js';
import type { Route, Surface } from '../surface.js';

/** Facts about this deployment that go into its OpenAPI documents. */
export interface OpenApiInfo {
  /** Version of Parley. */
  version: string;
  /** PARLEY_PUBLIC_URL. */
  publicUrl: string;
}

const bodyMedia: Record<BodyType, string> = {
  json: 'application/json',
  form: 'application/x-www-form-urlencoded',
};

const securitySchemes: Json = {
  apiKey: { type: 'apiKey', in: 'header', name: 'api-key' },
  bearer: {
    type: 'http',
    scheme: 'bearer',
    description: 'An API key, an instance token, or a token of POST /token',
  },
  codechatKey: { type: 'apiKey', in: 'header', name: 'apikey' },
  instanceToken: { type: 'apiKey', in: 'header', name: 'X-Instance-Token' },
  clientToken: { type: 'apiKey', in: 'header', name: 'X-Client-Token' },
  admin: { type: 'http', scheme: 'bearer', description: 'PARLEY_ADMIN_KEY; opens provisioning only' },
};

const keyForms: Json[] = [
  { apiKey: [] },
  { bearer: [] },
  { codechatKey: [] },
  { instanceToken: [], clientToken: [] },
];

const security: Record<Route['security'], Json[]> = {
  key: keyForms,
  admin: [{ admin: [] }, ...keyForms],
  none: [],
};

/** The whole API: every surface, and the paths that belong to none. */
export function wholeDocument(surfaces: readonly Surface[], info: OpenApiInfo): Json {
  const { tags, paths, ...rest } = openApiDocument('Parley', surfaces, info);
  return {
    ...rest,
    tags: [...tags, { name: PLAIN_TAG }],
    paths: { ...paths, ...describeMembers(plainPaths) },
  };
}

/** The OpenAPI 3.1 document of some surfaces, generated from the schemas that their routes validate with. */
export function openApiDocument(title: string, surfaces: readonly Surface[], info: OpenApiInfo) {
  const paths: Record<string, Json> = {};
  for (const surface of surfaces) {
    for (const route of surface.routes) {
      paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operation(surface, route) };
    }
  }
  return {
    openapi: '3.1.0',
    info: { title, version: info.version },
    servers: [{ url: info.publicUrl }],
    tags: surfaces.map((surface) => ({ name: surface.title })),
    paths,
    components: {
      securitySchemes,
      schemas: Object.assign({}, ...surfaces.map(({ components }) => components ?? {})) as Json,
    },
  };
}

function operation(surface: Surface, route: Route): Json {
  return {
    operationId: operationId(route),
    tags: [surface.title],
    summary: route.summary,
    ...(route.description === undefined ? {} : { description: route.description }),
    security: security[route.security],
    parameters: [...pathParameters(route.path), ...queryParameters(route.query), ...headerParameters(route)],
    ...(route.body === undefined ? {} : { requestBody: requestBody(surface, route.body) }),
    responses: Object.fromEntries(
      Object.entries(route.answers).map(([status, answer]) => [
        status,
        {
          description: answer.description,
          ...(answer.schema === undefined ? {} : { content: json(toJsonSchema(answer.schema, 'output')) }),
        },
      ]),
    ),
  };
}

function operationId(route: Route): string {
  const words = route.path.split(/[^A-Za-z0-9]+/).filter((word) => word !== '');
  return [route.method.toLowerCase(), ...words].join('_');
}

function pathParameters(path: string): Json[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    ...parameterWords(name),
    schema: { type: 'string' },
  }));
}

function queryParameters(query: Schema<unknown> | undefined): Json[] {
  if (query === undefined) return [];
  const { properties = {}, required = [] } = toJsonSchema(query, 'input');
  return Object.entries(properties ?? {}).map(([name, schema]) => ({
    name,
    in: 'query',
    required: Array.isArray(required) && required.includes(name),
    ...parameterWords(name),
    ...ownWords(schema),
    schema,
  }));
}

/** What a schema says of itself goes before the table of words. */
function ownWords(schema: unknown): Json {
  if (typeof schema !== 'object' || schema === null || !('description' in schema)) return {};
  return { description: schema.description };
}

function parameterWords(name = ''): Json {
  const [description, example] = wordsOf(name, 'parameter');
  return description === undefined ? {} : { description, ...(example === undefined ? {} : { example }) };
}

function headerParameters(route: Route): Json[] {
  return Object.entries(route.headerDocs).map(([name, { description, required }]) => ({
    name,
    in: 'header',
    required,
    description,
    schema: { type: 'string' },
  }));
}

function requestBody(surface: Surface, body: Schema<unknown>): Json {
  const schema = toJsonSchema(body, 'input');
  const content = Object.fromEntries(surface.bodyTypes.map((type) => [bodyMedia[type], { schema }]));
  return { required: Array.isArray(schema.required) && schema.required.length > 0, content };
}

function json(schema: Json): Json {
  return { 'application/json': { schema } };
}
