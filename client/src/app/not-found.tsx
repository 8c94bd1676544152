import { useEffect } from 'react';
import { Mark } from '../components/icons';
import { Link } from '../components/link';
import { useTexts } from '../lib/texts';
import styles from './app.module.css';

/** Where an address leads nowhere: says so, and leads back. */
export function NotFound() {
  const { app } = useTexts();
  useEffect(() => {
    document.title = `${app.notFound} · redis-chat`;
  }, [app]);
  return (
    <main className={styles.unreachable}>
      <Mark />
      <h1>{app.notFound}</h1>
      <p>{app.notFoundText}</p>
      <Link href="/">{app.home}</Link>
    </main>
  );
}
