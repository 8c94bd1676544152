import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/**
 * What is wrong with an object by the schema of its kind: what that says itself, and each field that it does not know.
 * @param {object} object
 * @returns {string[]}
 * @throws when there is no such kind
 */
export function problems(object) {
  const validate = validatorOf(object);
  const unread = new Set();
  const found = [];
  try {
    validate.call(watched(object, '', unread));
  } catch (error) {
    found.push(error.message);
  }
  const unknown = [...unread].filter((path) => !unread.has(path.slice(0, path.lastIndexOf('/'))));
  return [...found, ...unknown.map((path) => `unknown field ${path}`)];
}

function validatorOf({ apiVersion, kind }) {
  const scope = apiVersion.startsWith('monitoring.coreos.com/')
    ? '@kubernetes-models/prometheus-operator'
    : 'kubernetes-models';
  return require(`${scope}/${apiVersion}/${kind}`)[kind].prototype.validate;
}

/**
 * The schemas come as compiled functions that let unknown fields pass. Such a function reads every field that it knows,
 * and each value of a map such as labels: what it never reads is unknown.
 * @param {Set<string>} unread gets the paths of all fields; each leaves when it is read
 */
function watched(value, path, unread) {
  if (typeof value !== 'object' || value === null) return value;
  const inner = {};
  for (const [key, each] of Object.entries(value)) {
    unread.add(`${path}/${key}`);
    inner[key] = watched(each, `${path}/${key}`, unread);
  }
  return new Proxy(value, {
    get(target, key) {
      if (!Object.hasOwn(inner, key)) return target[key];
      unread.delete(`${path}/${key}`);
      return inner[key];
    },
  });
}
