/** Stands in for a layout, which the test environment has none of: everything has a size, and a lot fits on the screen. */
export class LaidOut implements ResizeObserver {
  private readonly targets = new Set<Element>();

  constructor(private readonly told: ResizeObserverCallback) {}

  observe(target: Element): void {
    this.targets.add(target);
    queueMicrotask(() => {
      if (!this.targets.has(target)) return;
      const contentRect = { width: 800, height: target.tagName === 'LI' ? 40 : 4000 } as DOMRectReadOnly;
      this.told([{ target, contentRect } as ResizeObserverEntry], this);
    });
  }

  unobserve(target: Element): void {
    this.targets.delete(target);
  }

  disconnect(): void {
    this.targets.clear();
  }
}
