import { Fragment } from 'react';
import { Dialog } from '../components/dialog';
import { useTexts } from '../lib/texts';
import { useMoreTexts } from '../lib/texts/more';
import { Keys } from './keys';
import styles from './shortcut-help.module.css';
import { SHORTCUTS } from './shortcuts';

/** All keyboard shortcuts. */
export function ShortcutHelp({ onClose }: { onClose: () => void }) {
  const { app } = useTexts();
  const { shortcuts } = useMoreTexts().overlays;
  return (
    <Dialog title={app.shortcutsTitle} onClose={onClose}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls where the window is low */}
      <section className={styles.box} aria-label={app.shortcutsTitle} tabIndex={0}>
        <dl className={styles.list}>
          {SHORTCUTS.map(({ does, keys }) => (
            <div key={does} className={styles.shortcut}>
              <dt>{shortcuts[does]}</dt>
              <dd className={styles.keys}>
                {keys.map((together, at) => (
                  <Fragment key={together.join('+')}>
                    {at > 0 && <span className={styles.or}>{app.or}</span>}
                    <Keys keys={together} />
                  </Fragment>
                ))}
              </dd>
            </div>
          ))}
        </dl>
      </section>
    </Dialog>
  );
}
