import { SearchIcon } from '../components/icons';
import { useTexts } from '../lib/texts';
import styles from './jump-button.module.css';
import { JUMP_KEYS } from './jump-keys';
import { Keys } from './keys';

/** The sidebar's first entry: opens the switcher. */
export function JumpButton({ onClick }: { onClick: () => void }) {
  const { app } = useTexts();
  return (
    <div className={styles.place}>
      <button type="button" className={styles.jump} aria-label={app.jump} aria-haspopup="dialog" onClick={onClick}>
        <SearchIcon />
        <span className={styles.label}>{app.jump}</span>
        <span className={styles.keys}>
          <Keys keys={JUMP_KEYS} />
        </span>
      </button>
    </div>
  );
}
