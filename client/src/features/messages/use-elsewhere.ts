import { useEffect, useEffectEvent } from 'react';
import { takesText } from '../../lib/platform';

interface Elsewhere {
  onFiles: () => void;
  onPaste: (event: ClipboardEvent) => void;
}

const hasFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') ?? false;

/** What is dropped anywhere on the page, or pasted where no text can be written, is meant for where one writes. */
export function useElsewhere({ onFiles, onPaste }: Elsewhere): void {
  const dropped = useEffectEvent((event: DragEvent) => {
    if (hasFiles(event)) onFiles();
  });
  const pasted = useEffectEvent((event: ClipboardEvent) => {
    const { target } = event;
    const isTaken =
      takesText(target) || (target instanceof Element && target.closest('[role="dialog"], dialog') !== null);
    if (!isTaken && !event.defaultPrevented) onPaste(event);
  });
  useEffect(() => {
    const drop = (event: DragEvent) => dropped(event);
    const paste = (event: ClipboardEvent) => pasted(event);
    window.addEventListener('drop', drop);
    window.addEventListener('paste', paste);
    return () => {
      window.removeEventListener('drop', drop);
      window.removeEventListener('paste', paste);
    };
  }, []);
}

/** A file that is dropped on a page is opened in its place, by most browsers: never on this one. */
export function keepPage(): void {
  for (const name of ['dragover', 'drop'] as const) {
    window.addEventListener(name, (event) => {
      if (hasFiles(event)) event.preventDefault();
    });
  }
}
