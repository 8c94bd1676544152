import { useEffect, useEffectEvent } from 'react';
import bar from '../components/bar.module.css';
import { Button } from '../components/button';
import { Mark } from '../components/icons';
import { useChat, useOutdated } from '../lib/chat';
import { losesNothing, reloadOnce } from '../lib/reload';
import { useTexts } from '../lib/texts';
import styles from './app.module.css';

/** Who has done nothing for so long is not in the middle of something. */
const IDLE_MS = 2000;

/** Loads the page anew as soon as nobody is in the middle of something and nothing would be lost; once. */
function useReload(outdated: boolean, unsent: () => number): void {
  const attempt = useEffectEvent(() => losesNothing(unsent()) && reloadOnce());
  useEffect(() => {
    if (!outdated) return;
    let timer: ReturnType<typeof setTimeout>;
    const wait = () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        if (!attempt()) wait();
      }, IDLE_MS);
    };
    const leave = () => document.hidden && attempt();
    const busy = ['keydown', 'input', 'pointerdown', 'compositionupdate'];
    for (const event of busy) document.addEventListener(event, wait, true);
    document.addEventListener('visibilitychange', leave);
    wait();
    return () => {
      clearTimeout(timer);
      for (const event of busy) document.removeEventListener(event, wait, true);
      document.removeEventListener('visibilitychange', leave);
    };
  }, [outdated]);
}

const reload = () => window.location.reload();

/** Says that the server is not understood any more, and what to do; empty while it is. */
export function OutdatedBar() {
  const chat = useChat();
  const { app } = useTexts();
  const outdated = useOutdated();
  useReload(outdated, () => chat.unsent);
  return (
    <div className={bar.bar} data-shown={outdated}>
      <p role="status" aria-label={app.version}>
        {outdated && app.outdated}
      </p>
      {outdated && (
        <Button look="text" onClick={reload}>
          {app.reloadNow}
        </Button>
      )}
    </div>
  );
}

/** All there is where not even who is signed in is understood. */
export function OutdatedPage() {
  const { app } = useTexts();
  useReload(true, () => 0);
  return (
    <main className={styles.unreachable}>
      <Mark />
      <p role="alert">{app.outdated}</p>
      <Button onClick={reload}>{app.reloadNow}</Button>
    </main>
  );
}
