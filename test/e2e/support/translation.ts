import type { Page } from 'playwright-core';

/**
 * What programs that change a page's text leave of a text node: `replaced` by another one in `<font>`s (Chrome's translation),
 * `moved` into a `<font>` (Edge's), `split` (what highlights words), `removed` (what hides them).
 */
export type Change = 'replaced' | 'moved' | 'split' | 'removed';
export const CHANGES: readonly Change[] = ['replaced', 'moved', 'split', 'removed'];

/** Changes all texts of a page from its beginning on, and every one that comes, as such a program does. */
export async function changeTexts(page: Page, change: Change): Promise<void> {
  const script = (change: Change) => {
    const done = new WeakSet<Node>();
    const apply = (text: Text) => {
      const parent = text.parentNode;
      if (!parent || done.has(text) || text.data.trim() === '' || text.parentElement?.closest('font, textarea')) return;
      done.add(text);
      if (change === 'removed') {
        // Letters of its own, so that the page can still be used by its names.
        if (text.data.length < 4 && text.parentElement?.closest('main, section')) text.remove();
      } else if (change === 'split') {
        if (text.length > 1) done.add(text.splitText(1));
      } else {
        const [outer, inner] = [document.createElement('font'), document.createElement('font')];
        outer.append(inner);
        parent.insertBefore(outer, text);
        if (change === 'moved') inner.append(text);
        else {
          text.remove();
          inner.append(text.data);
        }
      }
    };
    const walk = (root: Node) => {
      if (root instanceof Text) return apply(root);
      const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
      const all: Text[] = [];
      while (walker.nextNode()) all.push(walker.currentNode as Text);
      for (const text of all) apply(text);
    };
    new MutationObserver((records) => {
      for (const { type, target, addedNodes } of records) {
        if (type === 'characterData') {
          done.delete(target);
          walk(target);
        }
        for (const node of addedNodes) if (node.isConnected) walk(node);
      }
    }).observe(document, { childList: true, characterData: true, subtree: true });
    walk(document);
  };
  await page.evaluate(script, change);
}
