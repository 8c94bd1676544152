import { Html, html, prose } from './html';
import { type JsonSchema, nameIn } from './schemas';

/** A table that scrolls by itself where the screen is narrow; `rows` are its cells, the first one heading its row. */
export function table(label: string, heads: string[], rows: Html[][]): Html {
  return html`<div class="scroll" role="region" aria-label="${label}" tabindex="0"><table>
<thead><tr>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead>
<tbody>${rows.map(([first, ...more]) => html`<tr><th scope="row">${first}</th>${more.map((cell) => html`<td>${cell}</td>`)}</tr>`)}</tbody>
</table></div>`;
}

/** A type in a few words; named ones are links to where they are described. */
export function typeOf(schema: JsonSchema): Html {
  const { $ref, anyOf, oneOf, enum: values, items } = schema;
  if ($ref) return html`<a href="#schema-${nameIn($ref)}">${nameIn($ref)}</a>`;
  const variants = oneOf ?? anyOf;
  if (variants) return joined(variants.map(typeOf));
  if (values) return joined(values.map(literal));
  if (schema.const !== undefined) return literal(schema.const);
  if (items) return html`list of ${typeOf(items)}${bounds(schema.minItems, schema.maxItems, '')}`;
  if (schema.properties) return html`{${Object.keys(schema.properties).join(', ')}}`;
  const length = bounds(schema.minLength, schema.maxLength, ' characters');
  const range = bounds(schema.minimum ?? above(schema.exclusiveMinimum), schema.maximum, '');
  return html`${schema.type ?? 'anything'}${length}${range}${pattern(schema.pattern)}`;
}

/** What a named schema is: a table of its fields, or one for each of its variants. */
export function schemaBody(name: string, schema: JsonSchema): Html {
  const variants = (schema.oneOf ?? schema.anyOf ?? []).filter(({ properties }) => properties);
  if (variants.length > 0) {
    return html`${variants.map((variant, i) => html`<p>${i === 0 ? 'Either' : 'or'}</p>${fields(name, variant)}`)}`;
  }
  if (!schema.properties) return html`<p>${typeOf(schema)}</p>`;
  return fields(name, schema);
}

function fields(name: string, { properties = {}, required = [] }: JsonSchema): Html {
  const rows = Object.entries(properties).map(([field, schema]) => [
    html`<code>${field}</code>${required.includes(field) ? '' : html` <span class="muted">optional</span>`}`,
    typeOf(schema),
    prose(schema.description),
  ]);
  return table(`Fields of ${name}`, ['Field', 'Type', 'Meaning'], rows);
}

function joined(parts: Html[]): Html {
  return html`${parts.map((part, i) => html`${i > 0 && ' or '}${part}`)}`;
}

const literal = (value: unknown): Html => html`<code>${JSON.stringify(value)}</code>`;
const above = (bound: number | undefined) => (bound === undefined ? undefined : bound + 1);

function bounds(min: number | undefined, max: number | undefined, unit: string): Html | false {
  if (min === undefined && max === undefined) return false;
  if (max === undefined) return html`, at least ${min}${unit}`;
  return min === undefined ? html`, at most ${max}${unit}` : html`, ${min} to ${max}${unit}`;
}

function pattern(expression: string | undefined): Html | false {
  return expression !== undefined && html`, <code class="pattern">${expression}</code>`;
}
