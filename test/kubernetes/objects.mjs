/** @returns {object[]} the objects of a kind */
export const ofKind = (objects, kind) => objects.filter((object) => object.kind === kind);

/** @returns {object | undefined} */
export const find = (objects, kind, name) =>
  objects.find((object) => object.kind === kind && object.metadata.name === name);

/** What runs pods. */
export const workloads = (objects) => objects.filter((object) => object.spec?.template?.spec?.containers);

/** The labels that the pods of a workload have. */
export const podLabels = (workload) => workload.spec.template.metadata.labels;

export const podSpec = (workload) => workload.spec.template.spec;

/** Init containers too. */
export const containers = (workload) => [
  ...(podSpec(workload).initContainers ?? []),
  ...(podSpec(workload).containers ?? []),
];

/**
 * Whether labels are those that a selector asks for. An empty selector takes everything.
 * @param {{ matchLabels?: object, matchExpressions?: object[] }} selector
 * @param {object} labels
 */
export function selects({ matchLabels = {}, matchExpressions = [] }, labels) {
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({ key, operator, values }) => {
      if (operator === 'Exists') return key in labels;
      if (operator === 'DoesNotExist') return !(key in labels);
      if (operator === 'In') return values.includes(labels[key]);
      if (operator === 'NotIn') return !values.includes(labels[key]);
      throw new Error(`Unknown operator ${operator}`);
    })
  );
}

/** The workloads whose pods a selector takes. */
export const selected = (objects, selector) =>
  workloads(objects).filter((workload) => selects(selector, podLabels(workload)));

/** The names of those. */
export const namesSelected = (objects, selector) => selected(objects, selector).map(({ metadata }) => metadata.name);

/** A quantity of memory or processors as a number. */
export function quantity(text) {
  const match = /^([\d.]+)(m|Ki|Mi|Gi|k|M|G)?$/.exec(text);
  if (!match) throw new Error(`Not a quantity: ${text}`);
  const unit = { m: 1e-3, Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, k: 1e3, M: 1e6, G: 1e9 }[match[2]] ?? 1;
  return Number(match[1]) * unit;
}
