import type { Entry } from '@app/client';
import { IconButton } from '../../components/button';
import { EditIcon, MoreIcon } from '../../components/icons';
import { useTexts } from '../../lib/texts';
import styles from './message-bar.module.css';
import type { Acts } from './use-acts';
import { useEditable } from './use-editable';

interface MessageBarProps {
  entry: Entry;
  acts: Acts;
  /** The pointer or the focus is at the message. */
  isNear: boolean;
}

/**
 * What can be done with a message. As long as nothing is near it there is but the button of the menu, out of sight: screen
 * readers of touch screens come to it, and the Tab key does not.
 */
export function MessageBar({ entry, acts, isNear }: MessageBarProps) {
  const t = useTexts().messages.change;
  return (
    <div className={isNear ? styles.bar : 'sr-only'} {...(isNear && { role: 'toolbar', 'aria-label': t.bar })}>
      {isNear && <EditButton entry={entry} acts={acts} />}
      <IconButton
        label={t.more}
        className={styles.button}
        aria-haspopup="menu"
        tabIndex={isNear ? undefined : -1}
        onClick={({ currentTarget }) => {
          const line = currentTarget.closest<HTMLElement>('[data-index]');
          // The bar is out of sight on touch screens.
          const { width } = currentTarget.getBoundingClientRect();
          const at = (width > 1 ? currentTarget : line)?.getBoundingClientRect();
          // The focus comes back there: the bar goes meanwhile.
          line?.focus({ preventScroll: true });
          if (at) acts.openMenu(entry, at);
        }}
      >
        {isNear && <MoreIcon />}
      </IconButton>
    </div>
  );
}

function EditButton({ entry, acts }: Pick<MessageBarProps, 'entry' | 'acts'>) {
  const t = useTexts().messages.change;
  if (!useEditable(entry, acts)) return null;
  return (
    <IconButton label={t.edit} className={styles.button} onClick={() => acts.edit(entry)}>
      <EditIcon />
    </IconButton>
  );
}
