import { useEffect, useEffectEvent } from 'react';
import { Button } from '../components/button';
import { Mark } from '../components/icons';
import { useNetwork } from '../lib/network';
import { useTexts } from '../lib/texts';
import styles from './app.module.css';

/** All there is to see until the server has said who is signed in; goes on by itself. */
export function Unreachable({ retry }: { retry: () => void }) {
  const { app } = useTexts();
  const network = useNetwork();
  const again = useEffectEvent(retry);

  useEffect(() => {
    const back = () => again();
    window.addEventListener('online', back);
    return () => window.removeEventListener('online', back);
  }, []);

  return (
    <main className={styles.unreachable}>
      <Mark />
      <p role="alert">{network ? app.unreachable : app.offline}</p>
      <Button onClick={retry}>{app.tryNow}</Button>
    </main>
  );
}
