import { type KeyboardEvent, useRef, useState } from 'react';
import { isComposing } from '../../lib/keys';

/** A box that filters a list of links beneath it, and the arrow keys that lead from one to the other. */
export function useFilter() {
  const [query, setQuery] = useState('');
  const box = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLDivElement>(null);

  const links = () => [...(list.current?.querySelectorAll('a') ?? [])];

  const onKeyDown = (event: KeyboardEvent) => {
    const { key, target } = event;
    if (event.altKey || event.ctrlKey || event.metaKey || isComposing(event.nativeEvent)) return;
    const inBox = target === box.current;
    if (key === 'Escape' && query !== '') {
      setQuery('');
      box.current?.focus();
    } else if (key === 'Enter' && inBox && query !== '') {
      links()[0]?.click();
    } else if (key === 'ArrowDown' || key === 'ArrowUp') {
      const all: HTMLElement[] = links();
      const at = inBox ? -1 : all.indexOf(target as HTMLElement);
      const next = at + (key === 'ArrowDown' ? 1 : -1);
      (next < 0 ? box.current : all[next])?.focus();
    } else return;
    event.preventDefault();
  };

  return { query, setQuery, box, list, onKeyDown };
}
