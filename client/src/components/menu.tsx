import { lazy, type ReactNode, Suspense, useState } from 'react';
import { Boundary } from './boundary';
import styles from './menu.module.css';
import type { PopupItem } from './popup-menu';

const PopupMenu = lazy(() => import('./popup-menu'));

interface MenuProps {
  /** The button's name for everybody. */
  label: string;
  /** What the button shows. */
  children: ReactNode;
  items: readonly PopupItem[];
}

/** A button with a menu, which is loaded when it is first opened. */
export function Menu({ label, children, items }: MenuProps) {
  const [at, setAt] = useState<DOMRect>();
  return (
    <>
      <button
        type="button"
        className={styles.button}
        aria-label={label}
        title={label}
        aria-haspopup="menu"
        aria-expanded={at !== undefined}
        onClick={({ currentTarget }) => setAt(currentTarget.getBoundingClientRect())}
        onKeyDown={(event) => {
          if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return;
          event.preventDefault();
          setAt(event.currentTarget.getBoundingClientRect());
        }}
      >
        {children}
      </button>
      {at && (
        <Boundary instead={null}>
          <Suspense>
            <PopupMenu label={label} at={at} align="start" items={items} onClose={() => setAt(undefined)} />
          </Suspense>
        </Boundary>
      )}
    </>
  );
}
