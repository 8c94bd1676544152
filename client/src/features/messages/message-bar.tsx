import { IconButton } from '../../components/button';
import { EditIcon, MoreIcon } from '../../components/icons';
import { useTexts } from '../../lib/texts';
import styles from './message-bar.module.css';

interface MessageBarProps {
  /** Given where the message can be edited. */
  onEdit?: () => void;
  /** Opens the menu, at this place. */
  onMore: (at: DOMRect) => void;
}

/** What can be done with the message that the pointer or the focus is at. */
export function MessageBar({ onEdit, onMore }: MessageBarProps) {
  const t = useTexts().messages.change;
  return (
    <div className={styles.bar} role="toolbar" aria-label={t.bar}>
      {onEdit && (
        <IconButton label={t.edit} className={styles.button} onClick={onEdit}>
          <EditIcon />
        </IconButton>
      )}
      <IconButton
        label={t.more}
        className={styles.button}
        aria-haspopup="menu"
        onClick={({ currentTarget }) => {
          const at = currentTarget.getBoundingClientRect();
          // The focus comes back there: the bar goes meanwhile.
          currentTarget.closest<HTMLElement>('[data-index]')?.focus({ preventScroll: true });
          onMore(at);
        }}
      >
        <MoreIcon />
      </IconButton>
    </div>
  );
}
