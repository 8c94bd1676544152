import { Fragment } from 'react';
import { type Texts, useTexts } from '../lib/texts';
import styles from './keys.module.css';

/** Keys that are pressed together. */
export function Keys({ keys }: { keys: readonly (keyof Texts['app']['keys'])[] }) {
  const { app } = useTexts();
  return (
    <kbd className={styles.keys}>
      {keys.map((key, at) => (
        <Fragment key={key}>
          {at > 0 && <span className="sr-only"> + </span>}
          <kbd className={styles.key}>{app.keys[key]}</kbd>
        </Fragment>
      ))}
    </kbd>
  );
}
