/**
 * React keeps the nodes it has made. Browsers' translation and extensions put text nodes into elements of their own, or take
 * them out; the next change then ends the whole page (`NotFoundError`). What is not where it was is removed or preceded
 * where it is now, and what is gone already is no error.
 */
export function bearForeignChanges(prototype: Node = Node.prototype): void {
  const { removeChild, insertBefore } = prototype;

  prototype.removeChild = function <T extends Node>(this: Node, child: T): T {
    const at = childHolding(this, child);
    if (at !== null) removeChild.call(this, at);
    return child;
  };

  prototype.insertBefore = function <T extends Node>(this: Node, node: T, before: Node | null): T {
    insertBefore.call(this, node, before && childHolding(this, before));
    return node;
  };
}

/** The child of a parent that a node is, or is in now; null: it is elsewhere. */
function childHolding(parent: Node, node: Node): Node | null {
  for (let at: Node | null = node; at !== null; at = at.parentNode) if (at.parentNode === parent) return at;
  return null;
}
