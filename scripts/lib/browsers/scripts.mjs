import { parse } from 'acorn';
import { full } from 'acorn-walk';
import { bcd, lackedBy } from './support.mjs';

const { api, javascript } = bcd;
const { builtins } = javascript;

/** What objects may be asked for: each name with all features that are called so, of whatever object. */
const ofLanguage = membersOf(builtins);
const ofBrowser = membersOf(api);

function membersOf(owners) {
  const members = new Map();
  for (const owner of Object.values(owners)) {
    for (const [name, feature] of Object.entries(owner)) {
      const { experimental, standard_track: standard } = feature.__compat?.status ?? {};
      if (experimental || standard === false || /^__|_(static|event)$/.test(name)) continue;
      members.set(name, [...(members.get(name) ?? []), feature]);
    }
  }
  return members;
}

const GLOBALS = new Set(['window', 'self', 'globalThis']);
const globalOf = (name) => builtins[name] ?? api[name] ?? api.Window[name];

/** Syntax that is younger than ES2021, by acorn's nodes. */
const SYNTAX = {
  StaticBlock: javascript.classes.static_initialization_blocks ?? javascript.classes.static?.initialization_blocks,
  ImportAttribute: javascript.statements.import?.import_attributes,
  PropertyDefinition: javascript.classes.public_class_fields,
  PrivateIdentifier: javascript.classes.private_class_fields,
};
const FLAGS = {
  d: builtins.RegExp.hasIndices,
  v: builtins.RegExp.unicodeSets,
  s: builtins.RegExp.dotAll,
  y: builtins.RegExp.sticky,
};
const PATTERNS = [
  [/\(\?<[=!]/, 'lookbehind', javascript.regular_expressions.lookbehind_assertion],
  [/\(\?[ims]*-?[ims]+:/, 'modifiers', javascript.regular_expressions.modifier],
  [/\(\?<\w/, 'named groups', javascript.regular_expressions.named_capturing_group],
];

/**
 * What a script needs that some of the browsers do not have. What a value is cannot be told from outside: `.union` counts as
 * Set's, unless an older object has one too; what browsers have counts when it is called, and the script has nothing that it
 * calls so itself. What is asked for first (`typeof x`, `x?.y()`, `'y' in x`) is no need.
 * @returns {Map<string, string>} each with the browsers that lack it
 */
export function neededByScript(code) {
  const needed = new Map();
  const need = (name, ...features) => {
    const lacked = features.map(lackedBy);
    if (features.length > 0 && lacked.every((browsers) => browsers.length > 0)) needed.set(name, lacked[0].join(', '));
  };
  const tree = parse(code, { ecmaVersion: 'latest', sourceType: 'module' });
  const { own, keys, called, asked } = lookAround(tree);
  const pattern = (text) => {
    for (const [part, name, feature] of PATTERNS) if (part.test(text)) need(`RegExp ${name}`, feature);
  };

  full(tree, (node) => {
    if (SYNTAX[node.type]) need(node.type, SYNTAX[node.type]);
    if (node.type === 'Literal' && node.regex) {
      for (const flag of node.regex.flags) if (FLAGS[flag]) need(`RegExp flag ${flag}`, FLAGS[flag]);
      pattern(node.regex.pattern);
    } else if (node.type === 'Literal' && typeof node.value === 'string') {
      // Somebody may make an expression of it.
      pattern(node.value);
    } else if (node.type === 'TemplateElement') {
      pattern(node.value.raw);
    } else if (node.type === 'Identifier' && !own.has(node.name) && !asked.has(node.name)) {
      const feature = globalOf(node.name);
      if (feature) need(node.name, feature);
    } else if (node.type === 'MemberExpression') {
      const name = nameOf(node);
      if (name === undefined || asked.has(name)) return;
      const owner = node.object.type === 'Identifier' && !own.has(node.object.name) ? node.object.name : undefined;
      if (GLOBALS.has(owner) && globalOf(name)) return need(name, globalOf(name));
      const known = owner && (builtins[owner] ?? api[owner]);
      const fixed = known && (known[`${name}_static`] ?? known[name]);
      if (fixed && !asked.has(owner)) need(`${owner}.${name}`, fixed);
      if (known) return;
      const isCall = called.has(node) && !keys.has(name);
      const features = [...(ofLanguage.get(name) ?? []), ...((isCall && ofBrowser.get(name)) || [])];
      if (isCall || ofLanguage.has(name)) need(`.${name}`, ...features, ...(isCall ? [] : (ofBrowser.get(name) ?? [])));
    }
  });
  return needed;
}

/** The name of a member that is written out. */
function nameOf({ computed, property }) {
  if (!computed) return property.type === 'Identifier' ? property.name : undefined;
  return textOf(property);
}

/** A string that is written out. */
function textOf(node) {
  if (node.type === 'TemplateLiteral' && node.quasis.length === 1) return node.quasis[0].value.cooked;
  return node.type === 'Literal' && typeof node.value === 'string' ? node.value : undefined;
}

/** Names that a script declares itself, also as members; the members that it calls; names that it looks for before it uses them. */
function lookAround(tree) {
  const [own, keys, called, asked] = [new Set(), new Set(), new Set(), new Set()];
  const declare = (pattern) => {
    if (!pattern) return;
    if (pattern.type === 'Identifier') own.add(pattern.name);
    for (const part of pattern.properties ?? pattern.elements ?? []) declare(part?.value ?? part?.argument ?? part);
    if (pattern.type === 'AssignmentPattern') declare(pattern.left);
  };
  full(tree, (node) => {
    if (node.type === 'VariableDeclarator') declare(node.id);
    if (node.type.includes('Function')) for (const param of node.params) declare(param);
    if (/^(Function|Class)/.test(node.type)) declare(node.id);
    if (node.type === 'CatchClause') declare(node.param);
    if (node.type.startsWith('Import') && node.local) declare(node.local);
    if (node.type === 'UnaryExpression' && node.operator === 'typeof') {
      const { argument } = node;
      asked.add(argument.type === 'Identifier' ? argument.name : argument.property && nameOf(argument));
    }
    if (node.type === 'BinaryExpression' && node.operator === 'in') asked.add(textOf(node.left));
    if (/^(Property|MethodDefinition|PropertyDefinition)$/.test(node.type)) keys.add(node.key.name ?? textOf(node.key));
    if (node.type === 'AssignmentExpression' && node.left.property) keys.add(nameOf(node.left));
    if (node.type === 'CallExpression') called.add(node.callee);
    if (node.type === 'CallExpression' && node.optional && node.callee.property) asked.add(nameOf(node.callee));
  });
  return { own, keys, called, asked };
}
