import { Button } from '../../components/button';
import { useTexts } from '../../lib/texts';
import { dayTimeOf } from '../../lib/time';
import styles from './unread-bar.module.css';

interface UnreadBarProps {
  count: number;
  /** When the first of them was written, if that is known. */
  since: number | undefined;
  today: number;
  onJump: () => void;
  onRead: () => void;
}

/** Says above the messages how many are not read, leads to the first of them, and marks all of them as read. */
export function UnreadBar({ count, since, today, onJump, onRead }: UnreadBarProps) {
  const t = useTexts().messages;
  return (
    <section className={styles.bar} aria-label={t.unread}>
      <span className={styles.words}>
        {since === undefined ? t.newBelow(count) : t.newSince(count, dayTimeOf(since, today))}
      </span>
      <Button look="text" onClick={onJump}>
        {t.jump}
      </Button>
      <Button look="text" onClick={onRead}>
        {t.markRead}
      </Button>
    </section>
  );
}
