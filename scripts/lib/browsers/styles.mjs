import postcss from 'postcss';
import { bcd, lackedBy } from './support.mjs';

const { css } = bcd;
const { length, color } = css.types;
const UNITS = [
  [/^[sld]v(h|w|i|b|min|max)$/, length.viewport_percentage_units_dynamic],
  [/^cq(w|h|i|b|min|max)$/, length.container_query_length_units],
  [/^(lh|rlh|cap|ic|rcap|rch|rex|ric)$/, undefined],
];

/**
 * What a style sheet needs that some of the browsers do not have; not what stands within `@supports`.
 * @returns {Map<string, string>} each with the browsers that lack it
 */
export function neededByStyles(text) {
  const needed = new Map();
  const need = (name, feature) => {
    const browsers = lackedBy(feature);
    if (browsers.length > 0) needed.set(name, browsers.join(', '));
  };
  postcss.parse(text).walk((node) => {
    if (isAskedFor(node)) return;
    if (node.type === 'decl' && !hasPrefixed(node)) declaration(node, need);
    if (node.type === 'rule') {
      if (node.parent.type === 'rule') need('nesting', css.selectors.nesting);
      for (const [, name] of node.selector.matchAll(/::?([a-z][\w-]*)/g)) need(`:${name}`, css.selectors[name]);
    }
    if (node.type === 'atrule') {
      need(`@${node.name}`, css['at-rules'][node.name]);
      for (const [, name] of node.params.matchAll(/\(\s*([a-z-]+)/g)) {
        if (node.name === 'media') need(`@media ${name}`, css['at-rules'].media[name]);
      }
      if (node.name === 'media' && /[<>]=?/.test(node.params))
        need('@media ranges', css['at-rules'].media.range_syntax);
    }
  });
  return needed;
}

function declaration({ prop, value }, need) {
  const property = css.properties[prop];
  if (property) need(prop, property);
  for (const [, name] of value.matchAll(/(?<![\w-])([a-z][\w-]*)(?=\s*\()/g)) {
    need(`${name}()`, color[name] ?? css.types[name] ?? property?.[name]);
  }
  for (const [, unit] of value.matchAll(/(?<![\w#-])-?[\d.]+([a-z]+)\b/g)) {
    for (const [pattern, feature] of UNITS) if (pattern.test(unit)) need(unit, feature ?? length[unit]);
  }
  if (!prop.startsWith('--'))
    for (const [name] of value.matchAll(/[a-z][a-z-]*/g)) need(`${prop}: ${name}`, property?.[name]);
}

/** Another declaration says the same for a browser that has it under a name of its own. */
function hasPrefixed({ parent, prop }) {
  return parent.nodes.some((other) => other.prop === `-webkit-${prop}`);
}

function isAskedFor(node) {
  for (let at = node.parent; at; at = at.parent) if (at.type === 'atrule' && at.name === 'supports') return true;
  return false;
}
