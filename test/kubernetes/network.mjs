import { BlockList } from 'node:net';
import { ofKind, selects } from './objects.mjs';

/**
 * Somebody who may connect or be connected to.
 * @typedef {object} Peer
 * @property {string} name
 * @property {string} [namespace] of a pod; without one it is an address outside the cluster
 * @property {object} [labels] of a pod
 * @property {string} [address]
 */

/**
 * Whether the policies let one connect to the other: its own egress and the other's ingress both must.
 * @param {object[]} objects with NetworkPolicies
 * @param {Peer} from
 * @param {Peer} to
 * @param {{ port: number, protocol?: string }} where
 */
export function mayConnect(objects, from, to, { port, protocol = 'TCP' }) {
  const policies = ofKind(objects, 'NetworkPolicy');
  return passes(policies, 'Egress', from, to) && passes(policies, 'Ingress', to, from);

  function passes(all, direction, self, other) {
    const mine = all.filter((policy) => appliesTo(policy, direction, self));
    if (mine.length === 0) return true;
    const [rules, peers] = direction === 'Egress' ? ['egress', 'to'] : ['ingress', 'from'];
    return mine.some((policy) =>
      (policy.spec[rules] ?? []).some(
        (rule) =>
          (!rule[peers] || rule[peers].some((peer) => isPeer(peer, other, policy.metadata.namespace))) &&
          (!rule.ports || rule.ports.some((each) => each.port === port && (each.protocol ?? 'TCP') === protocol)),
      ),
    );
  }
}

function appliesTo({ metadata, spec }, direction, { namespace, labels }) {
  return (
    spec.policyTypes.includes(direction) && namespace === metadata.namespace && selects(spec.podSelector, labels ?? {})
  );
}

function isPeer({ ipBlock, namespaceSelector, podSelector }, { namespace, labels, address }, own) {
  if (ipBlock) return namespace === undefined && isWithin(ipBlock, address);
  if (namespace === undefined) return false;
  const isThere = namespaceSelector
    ? selects(namespaceSelector, { 'kubernetes.io/metadata.name': namespace })
    : namespace === own;
  return isThere && (!podSelector || selects(podSelector, labels ?? {}));
}

function isWithin({ cidr, except = [] }, address) {
  const has = (range) => {
    const list = new BlockList();
    const [base, bits] = range.split('/');
    list.addSubnet(base, Number(bits), 'ipv4');
    return list.check(address, 'ipv4');
  };
  return has(cidr) && !except.some(has);
}
