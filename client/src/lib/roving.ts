import { type KeyboardEvent, type RefObject, useEffect } from 'react';

/**
 * Makes a list one stop of the Tab key: what had the focus last, else what is current, else the first. The arrow keys, Home and
 * End walk.
 * @param list what holds the list, whatever comes and goes in it
 * @param selector what in it can be walked to
 * @returns the handler of the keys
 */
export function useRoving(list: RefObject<HTMLElement | null>, selector: string) {
  useEffect(() => {
    const box = list.current;
    if (box === null) return;
    let last: Element | null = null;
    const place = () => {
      const all = [...box.querySelectorAll<HTMLElement>(selector)];
      const focused = all.find((item) => item === document.activeElement);
      const stop =
        focused ?? all.find((item) => item === last) ?? all.find((item) => item.hasAttribute('aria-current')) ?? all[0];
      for (const item of all) {
        const tabIndex = item === stop ? 0 : -1;
        if (item.getAttribute('tabindex') !== String(tabIndex)) item.tabIndex = tabIndex;
      }
    };
    const remember = (event: FocusEvent) => {
      const item = event.target instanceof Element ? event.target.closest(selector) : null;
      if (item) last = item;
      place();
    };
    // Where one goes by other ways is where one is.
    const observer = new MutationObserver((records) => {
      if (records.some(({ type }) => type === 'attributes')) last = null;
      place();
    });
    observer.observe(box, {
      childList: true,
      subtree: true,
      attributes: true,
      attributeFilter: ['aria-current', 'disabled'],
    });
    box.addEventListener('focusin', remember);
    place();
    return () => {
      observer.disconnect();
      box.removeEventListener('focusin', remember);
    };
  }, [list, selector]);

  return (event: KeyboardEvent) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const all = [...(list.current?.querySelectorAll<HTMLElement>(selector) ?? [])];
    const at = all.indexOf(event.target as HTMLElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    all[Math.max(0, Math.min(to, all.length - 1))]?.focus();
  };
}
