import { lazy, Suspense, useEffect, useSyncExternalStore } from 'react';
import { Boundary } from '../components/boundary';
import { Mark } from '../components/icons';
import type { Session } from '../features/session/session';
import { ChatProvider } from '../lib/chat';
import { formatRoute, isPlace, navigate, usePath } from '../lib/route';
import { useTexts } from '../lib/texts';
import styles from './app.module.css';
import { Broken } from './broken';
import { ChatPage } from './chat-page';
import { OutdatedPage } from './outdated';
import { Unreachable } from './unreachable';

// Whoever is signed in needs neither to begin with.
const loadSignIn = async () => ({ default: (await import('../features/session/sign-in')).SignIn });
const SignIn = lazy(loadSignIn);
const NotFound = lazy(async () => ({ default: (await import('./not-found')).NotFound }));

/** The whole client. Whatever goes wrong in it, there is a way back. */
export function App({ session }: { session: Session }) {
  const state = useSyncExternalStore(session.subscribe, session.state);
  const isSignedIn = state.status === 'signed-in';
  return (
    <Boundary
      of={state.status}
      instead={(again) => (
        <Broken
          onHome={() => {
            navigate(isSignedIn ? formatRoute({ people: false }) : '/sign-in', { replace: true });
            again();
          }}
          signOut={isSignedIn ? () => session.signOut() : undefined}
        />
      )}
    >
      <Suspense>
        <Screen session={session} />
      </Suspense>
    </Boundary>
  );
}

/** Whoever is not signed in sees the sign-in page, whatever the address; then the address counts. */
function Screen({ session }: { session: Session }) {
  const state = useSyncExternalStore(session.subscribe, session.state);
  const { app } = useTexts();
  const isFound = isPlace(usePath());

  useEffect(() => {
    if (!isFound) return;
    if (state.status === 'signed-in' && !window.location.pathname.startsWith('/chat')) {
      navigate(formatRoute({ people: false }), { replace: true });
    }
    // Where the session merely ended, or none was yet, the address is where to go on after signing in.
    if (state.status === 'signed-out' && state.why === 'left') navigate('/sign-in', { replace: true });
    if (state.status !== 'signed-in') document.title = 'redis-chat';
  }, [state, isFound]);

  useEffect(() => {
    // When a session ends, the network or what the browser has kept may be gone with it.
    if (state.status === 'signed-in') loadSignIn().catch(() => undefined);
  }, [state.status]);

  if (!isFound) return <NotFound />;
  switch (state.status) {
    case 'loading':
      return (
        <main className={styles.waiting} aria-label={app.loading}>
          <Mark />
        </main>
      );
    case 'unreachable':
      return <Unreachable retry={() => void session.start()} />;
    case 'outdated':
      return <OutdatedPage />;
    case 'signed-out':
      return <SignIn session={session} ended={state.why === 'ended'} />;
    case 'signed-in':
      return (
        <ChatProvider chat={state.chat} key={state.user.id}>
          <ChatPage signOut={(options) => session.signOut(options)} />
        </ChatProvider>
      );
  }
}
