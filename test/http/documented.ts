import { Ajv2020 } from 'ajv/dist/2020.js';
import type { ValidateFunction } from 'ajv/dist/2020.js';
import type { Json, Reply } from './api.js';

/** Throws when an answer is not as the OpenAPI document says: an unlisted status, or a body that does not fit. */
export type Conformity = (method: string, path: string, reply: Reply) => void;

interface Operation {
  method: string;
  pattern: RegExp;
  name: string;
  responses: Json;
}

/** Checks answers against a document. What the document does not know (unknown paths) passes. */
export function documented(document: Json): Conformity {
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  const validators = new Map<string, ValidateFunction>();
  const operations = operationsOf(document);
  return (method, path, reply) => {
    const operation = operations.find(
      (one) => one.method === method && one.pattern.test(path.split('?')[0] ?? ''),
    );
    if (operation === undefined) return;
    const response = operation.responses[reply.status];
    if (response === undefined)
      throw new Error(
        `${operation.name} answers ${reply.status}, which is not documented: ${path.slice(0, 300)} ${JSON.stringify(reply.body)}`,
      );
    const schema = response.content?.['application/json']?.schema;
    if (schema === undefined) return;
    const name = `${operation.name} ${reply.status}`;
    const validate = validators.get(name) ?? ajv.compile(schema);
    validators.set(name, validate);
    if (!validate(reply.body)) throw new Error(`${name}: ${ajv.errorsText(validate.errors)}`);
  };
}

function operationsOf(document: Json): Operation[] {
  return Object.entries<Json>(document.paths).flatMap(([path, methods]) =>
    Object.entries<Json>(methods).map(([method, { responses }]) => ({
      method: method.toUpperCase(),
      pattern: new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}$`),
      name: `${method.toUpperCase()} ${path}`,
      responses,
    })),
  );
}
