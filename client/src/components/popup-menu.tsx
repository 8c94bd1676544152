import { type KeyboardEvent, useEffect, useLayoutEffect, useRef } from 'react';
import styles from './popup-menu.module.css';

export interface PopupItem {
  label: string;
  /** It takes something away. */
  danger?: boolean;
  onChoose: () => void;
}

interface PopupMenuProps {
  label: string;
  items: readonly PopupItem[];
  /** Beneath or above which place of the page it opens. */
  at: Place;
  /** Where it begins or ends as that does. */
  align?: 'start' | 'end';
  onClose: () => void;
}

export type Place = Pick<DOMRect, 'top' | 'bottom' | 'left' | 'right'>;

const GAP_PX = 4;

/**
 * A menu that opens at a place of the page; on a phone a sheet at its end. It is a modal dialog of the browser's: nothing
 * cuts it off, Esc and a press beside it close it, and the focus goes back to where it was.
 */
export default function PopupMenu({ label, items, at, align = 'end', onClose }: PopupMenuProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  /** The finger that opened it may still be down, over anything: that it is lifted chooses nothing. */
  const wasPressed = useRef(false);
  const all = () => [...(dialog.current?.querySelectorAll<HTMLElement>('[role="menuitem"]') ?? [])];

  useEffect(() => {
    const opener = document.activeElement;
    const element = dialog.current;
    element?.showModal();
    element?.querySelector<HTMLElement>('[role="menuitem"]')?.focus();
    return () => {
      const isLeft = element?.contains(document.activeElement) || document.activeElement === document.body;
      element?.close();
      // What was chosen may have put the focus elsewhere.
      if (isLeft && opener instanceof HTMLElement) opener.focus({ preventScroll: true });
    };
  }, []);

  useLayoutEffect(() => {
    const element = dialog.current;
    if (!element) return;
    const isBelow = at.bottom < window.innerHeight / 2;
    element.style.setProperty('--top', isBelow ? `${at.bottom + GAP_PX}px` : 'auto');
    element.style.setProperty('--bottom', isBelow ? 'auto' : `${window.innerHeight - at.top + GAP_PX}px`);
    const width = document.documentElement.clientWidth;
    element.style.setProperty('--left', align === 'start' ? `${Math.max(GAP_PX, at.left)}px` : 'auto');
    element.style.setProperty('--right', align === 'end' ? `${Math.max(GAP_PX, width - at.right)}px` : 'auto');
  }, [at, align]);

  const onKeyDown = (event: KeyboardEvent) => {
    const entries = all();
    const from = entries.indexOf(document.activeElement as HTMLElement);
    const to = { ArrowDown: from + 1, ArrowUp: from - 1, Home: 0, End: -1 }[event.key];
    if (to !== undefined) entries.at(to % entries.length)?.focus();
    else if (event.key === 'Tab' || event.key === 'Escape') onClose();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes it without a handler
    <dialog
      ref={dialog}
      className={styles.dialog}
      aria-label={label}
      onCancel={(event) => {
        event.preventDefault();
        event.stopPropagation();
        onClose();
      }}
      onPointerDown={() => {
        wasPressed.current = true;
      }}
      onClickCapture={(event) => {
        // A key clicks without a press.
        if (event.detail > 0 && !wasPressed.current) event.stopPropagation();
      }}
      onClick={(event) => {
        if (event.target === event.currentTarget) onClose();
      }}
    >
      <div role="menu" aria-label={label} tabIndex={-1} className={styles.menu} onKeyDown={onKeyDown}>
        {items.map((item) => (
          <button
            key={item.label}
            type="button"
            role="menuitem"
            tabIndex={-1}
            className={styles.item}
            data-danger={item.danger}
            onClick={() => {
              // What is chosen may put the focus behind it.
              dialog.current?.close();
              onClose();
              item.onChoose();
            }}
          >
            {item.label}
          </button>
        ))}
      </div>
    </dialog>
  );
}
