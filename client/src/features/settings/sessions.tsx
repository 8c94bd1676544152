import type { ListedSession } from '@app/client';
import { useCallback, useEffect, useState } from 'react';
import { Button } from '../../components/button';
import { useChat } from '../../lib/chat';
import { explain, toErrorBody } from '../../lib/errors';
import { useMoreTexts } from '../../lib/texts/more';
import { shortTimeOf, useToday } from '../../lib/time';
import styles from './settings.module.css';
import type { SignOut } from './use-sign-out';

/** Past this many the rest waits for a click. */
const SHOWN = 8;

/** Where one is signed in, and how to end that. */
export function Sessions({ signOut }: { signOut: SignOut }) {
  const { api } = useChat();
  const { dialog: settings } = useMoreTexts();
  const [sessions, setSessions] = useState<readonly ListedSession[]>();
  const [problem, setProblem] = useState<string>();
  const [busy, setBusy] = useState(false);
  const [all, setAll] = useState(false);

  /** Does something, then shows what there is. */
  const run = useCallback(
    async (action?: () => Promise<void>) => {
      setBusy(true);
      setProblem(undefined);
      try {
        await action?.();
        setSessions(await api.sessions());
      } catch (error) {
        setProblem(explain(toErrorBody(error)));
      }
      setBusy(false);
    },
    [api],
  );
  useEffect(() => void run(), [run]);

  const others = sessions?.filter(({ current }) => !current) ?? [];
  return (
    <div aria-busy={busy}>
      {sessions === undefined && !problem && <p className={styles.loading}>{settings.sessionsLoading}</p>}
      {problem && (
        <p role="alert" className={styles.problem}>
          <span>{problem}</span>{' '}
          <Button look="text" onClick={() => void run()}>
            {settings.retry}
          </Button>
        </p>
      )}
      {sessions && (
        <ul className={styles.sessions} aria-label={settings.sessions}>
          {(all ? sessions : sessions.slice(0, SHOWN)).map((session) => (
            <SessionLine
              key={session.id}
              session={session}
              busy={busy}
              onEnd={() => void run(() => endUnlessOver(() => api.endSession(session.id)))}
            />
          ))}
        </ul>
      )}
      {sessions && others.length === 0 && <p className={styles.hint}>{settings.noOtherSessions}</p>}
      {sessions && !all && sessions.length > SHOWN && (
        <Button look="text" onClick={() => setAll(true)}>
          {settings.showAllSessions(sessions.length)}
        </Button>
      )}
      {signOut.problem && (
        <p role="alert" className={styles.problem}>
          {signOut.problem}
        </p>
      )}
      <div className={styles.actions}>
        {others.length > 0 && (
          <Button disabled={busy} onClick={() => void run(() => api.endOtherSessions())}>
            {settings.signOutOthers}
          </Button>
        )}
        <Button className={styles.danger} onClick={() => signOut.ask({ everywhere: true })}>
          {settings.signOutEverywhere}
        </Button>
      </div>
    </div>
  );
}

interface SessionLineProps {
  session: ListedSession;
  busy: boolean;
  onEnd: () => void;
}

function SessionLine({ session, busy, onEnd }: SessionLineProps) {
  const { dialog: settings } = useMoreTexts();
  const today = useToday();
  const { current, device, lastUsedAt } = session;
  const name = settings.device(device.browser, device.system);
  return (
    <li className={styles.session}>
      <span>
        <span className="one-line">{name}</span>
        <span className={styles.hint}>
          {current ? settings.thisDevice : settings.lastUsed(shortTimeOf(lastUsedAt / 1000, today))}
        </span>
      </span>
      {!current && (
        <Button disabled={busy} aria-label={settings.signOutDevice(name)} onClick={onEnd}>
          {settings.signOut}
        </Button>
      )}
    </li>
  );
}

/** One that has ended already is as it should be. */
async function endUnlessOver(end: () => Promise<void>): Promise<void> {
  try {
    await end();
  } catch (error) {
    if (toErrorBody(error).code !== 'not_found') throw error;
  }
}
