import type { AsyncApi, EventOperation } from './asyncapi';
import { type Html, html, prose } from './html';
import type { Body, OpenApi, Operation } from './openapi';
import { schemaBody, table, typeOf } from './schema-view';
import type { JsonSchema } from './schemas';

/** Where all of it is served. */
export const DOCS = '/api/docs';

const slug = (text: string): string => text.toLowerCase().replace(/\W+/g, '-');

/** The two documents as a page for people: no script, nothing from elsewhere. */
export function page(http: OpenApi, socket: AsyncApi): string {
  const schemas = { ...http.components.schemas, ...socket.components.schemas };
  const names = Object.keys(schemas).sort();
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${http.info.title}: the API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${DOCS}/style.css">
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
<header><h1>${http.info.title}: the API</h1>
<p>Version ${http.info.version}. For programs: <a href="${DOCS}/openapi.json">openapi.json</a> (OpenAPI ${http.openapi}),
<a href="${DOCS}/asyncapi.json">asyncapi.json</a> (AsyncAPI ${socket.asyncapi}).</p></header>
<nav aria-label="Contents">${contents(http, socket, names)}</nav>
<main id="content" tabindex="-1">
<section aria-labelledby="http"><h2 id="http">HTTP</h2><p>${prose(http.info.description)}</p>
${http.tags.map(({ name, description }) => tagSection(http, name, description))}</section>
<section aria-labelledby="socket"><h2 id="socket">Socket.IO</h2><p>${prose(socket.info.description)}</p>
<h3 id="calls">To the server</h3>${eventsOf(socket, 'receive')}
<h3 id="events">From the server</h3>${eventsOf(socket, 'send')}</section>
<section aria-labelledby="schemas"><h2 id="schemas">Schemas</h2>
${names.map((name) => schemaSection(name, schemas[name] ?? {}))}</section>
</main>
</body>
</html>
`.text;
}

/** Operations of a tag, each with its method and path. */
function operationsOf(http: OpenApi, tag: string): [string, string, Operation][] {
  return Object.entries(http.paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([, { tags }]) => tags.includes(tag))
      .map(([method, operation]): [string, string, Operation] => [method.toUpperCase(), path, operation]),
  );
}

function contents(http: OpenApi, socket: AsyncApi, names: string[]): Html {
  const link = (id: string, text: Html | string) => html`<li><a href="#${id}">${text}</a></li>`;
  const events = (action: EventOperation['action']) =>
    html`<ul>${operationsTo(socket, action).map(([key, name]) => link(key, html`<code>${name}</code>`))}</ul>`;
  const calls = (tag: string) =>
    operationsOf(http, tag).map(([method, path, { operationId }]) =>
      link(operationId, html`<code>${method} ${path}</code>`),
    );
  return html`
${http.tags.map(({ name }) => html`<details><summary>${name}</summary><ul>${link(slug(name), 'About')}${calls(name)}</ul></details>`)}
<details><summary>Socket.IO, to the server</summary>${events('receive')}</details>
<details><summary>Socket.IO, from the server</summary>${events('send')}</details>
<details><summary>Schemas</summary><ul>${names.map((name) => link(`schema-${name}`, name))}</ul></details>`;
}

function tagSection(http: OpenApi, tag: string, description: string): Html {
  return html`<section aria-labelledby="${slug(tag)}"><h3 id="${slug(tag)}">${tag}</h3><p>${prose(description)}</p>
${operationsOf(http, tag).map(operationArticle)}</section>`;
}

function operationArticle([method, path, operation]: [string, string, Operation]): Html {
  const { operationId: id, parameters = [], requestBody } = operation;
  const rows = parameters.map((parameter) => [
    html`<code>${parameter.name}</code>${!parameter.required && html` <span class="muted">optional</span>`}`,
    html`${parameter.in}`,
    typeOf(parameter.schema),
    prose(parameter.description),
  ]);
  const answers = Object.entries(operation.responses).map(([status, response]) => [
    html`${status}`,
    body(response),
    prose(response.description),
  ]);
  return html`<article aria-labelledby="${id}">
<h4 id="${id}"><a href="#${id}"><span class="method ${method.toLowerCase()}">${method}</span> <code>${path}</code></a></h4>
<p>${prose(operation.summary)}. ${prose(operation.description)}</p>
${operation.security.length > 0 && html`<p class="muted">For those who are signed in.</p>`}
${rows.length > 0 && table(`Parameters of ${method} ${path}`, ['Parameter', 'In', 'Type', 'Meaning'], rows)}
${requestBody && html`<p>Body: ${body(requestBody)}</p>`}
${operation.tags.includes('Demo') ? '' : table(`Answers of ${method} ${path}`, ['Status', 'Body', 'Meaning'], answers)}
</article>`;
}

function body({ content }: Body): Html {
  return content ? typeOf(content['application/json'].schema) : html`<span class="muted">none</span>`;
}

/** Keys and event names of what a client calls, or hears. */
function operationsTo(socket: AsyncApi, action: EventOperation['action']): [string, string, EventOperation][] {
  return Object.entries(socket.operations)
    .filter(([, operation]) => operation.action === action)
    .map(([key, operation]) => [key, messageAt(socket, operation.messages).name, operation]);
}

function messageAt(socket: AsyncApi, [ref]: { $ref: string }[]) {
  const message = socket.channels.socket.messages[ref?.$ref.split('/').at(-1) ?? ''];
  if (!message) throw new Error(`${ref?.$ref} leads nowhere`);
  return message;
}

function eventsOf(socket: AsyncApi, action: EventOperation['action']): Html {
  return html`${operationsTo(socket, action).map(([key, name, operation]) => {
    const { payload } = messageAt(socket, operation.messages);
    return html`<article aria-labelledby="${key}">
<h4 id="${key}"><a href="#${key}"><code>${name}</code></a></h4>
<p>${prose(operation.title)}. ${prose(operation.description)}</p>
<p>${payload.type === 'null' ? 'It carries nothing.' : html`It carries: ${typeOf(payload)}`}</p>
${operation.reply && html`<p>Acknowledged with: ${typeOf(messageAt(socket, operation.reply.messages).payload)}</p>`}
</article>`;
  })}`;
}

function schemaSection(name: string, schema: JsonSchema): Html {
  return html`<article aria-labelledby="schema-${name}"><h3 id="schema-${name}"><a href="#schema-${name}">${name}</a></h3>
${schema.description !== undefined && html`<p>${prose(schema.description)}</p>`}
${schemaBody(name, schema)}
<details><summary>As JSON Schema</summary><pre tabindex="0"><code>${JSON.stringify(schema, undefined, 2)}</code></pre></details></article>`;
}
