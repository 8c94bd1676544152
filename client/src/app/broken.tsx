import { useState } from 'react';
import { Button } from '../components/button';
import { Mark } from '../components/icons';
import { useTexts } from '../lib/texts';
import styles from './app.module.css';

interface BrokenProps {
  /** Goes to where the client begins, and shows it anew. */
  onHome: () => void;
  /** Undefined: nobody is signed in. */
  signOut?: () => Promise<void>;
}

/** All there is when the page itself could not be shown: ways back. */
export function Broken({ onHome, signOut }: BrokenProps) {
  const { app } = useTexts();
  const [failed, setFailed] = useState(false);
  return (
    <main className={styles.unreachable}>
      <Mark />
      <p role="alert">{failed ? app.notSignedOut('') : app.broken}</p>
      <div className={styles.ways}>
        <Button look="main" onClick={() => window.location.reload()}>
          {app.reload}
        </Button>
        <Button onClick={onHome}>{app.home}</Button>
        {signOut && <Button onClick={() => void signOut().catch(() => setFailed(true))}>{app.signOut}</Button>}
      </div>
    </main>
  );
}
