import { useTexts } from '../../lib/texts';
import styles from './skeleton.module.css';

/** The shape of messages to come; visible only when they take a while. */
export function Skeleton() {
  return (
    <div className={styles.skeleton} role="status" aria-label={useTexts().messages.loading}>
      <div className={styles.line} />
      <div className={styles.line} />
      <div className={styles.line} />
      <div className={styles.line} />
    </div>
  );
}
