import { useEffect, useState } from 'react';
import bar from '../../components/bar.module.css';
import { Button } from '../../components/button';
import { useChat, useConnection, useFromDevice, useWaiting } from '../../lib/chat';
import { useNetwork } from '../../lib/network';
import { type Texts, useTexts } from '../../lib/texts';
import styles from './connection-bar.module.css';

/** A first connection that takes longer is worth a word. */
const PATIENCE_MS = 1000;

/** Says beneath the title what is wrong with the connection and when it is tried again; empty while all is well. */
export function ConnectionBar() {
  const chat = useChat();
  const { presence } = useTexts();
  const connection = useConnection();
  const network = useNetwork();
  const waiting = useWaiting();
  const late = useLate(connection.status === 'connecting');
  const unsure = connection.status === 'online' && connection.unsure === true;
  const isFromDevice = useFromDevice() && connection.status !== 'online';
  const trouble =
    connection.status === 'reconnecting' ||
    late ||
    unsure ||
    isFromDevice ||
    (connection.status === 'connecting' && !network);
  const seconds = useSecondsUntil(connection.status === 'reconnecting' ? connection.retryAt : undefined);
  const state = network && !unsure ? connection.status : 'offline';
  const said = [
    ...(trouble ? [words(presence, state)] : []),
    ...(isFromDevice ? [presence.fromDevice] : []),
    ...(trouble && state !== 'connecting' && waiting > 0 ? [presence.waiting(waiting)] : []),
  ].join(' ');

  return (
    <div className={bar.bar} data-shown={trouble}>
      <p role="status" aria-label={presence.connection}>
        {said}
      </p>
      {connection.status === 'reconnecting' && network && (
        <>
          {/* Not in the live region: read out every second it would be a nuisance. */}
          <p className={styles.next}>{seconds > 0 ? presence.nextTry(seconds) : presence.trying}</p>
          <Button look="text" disabled={seconds <= 0} onClick={() => chat.retryNow()}>
            {presence.now}
          </Button>
        </>
      )}
    </div>
  );
}

function words(presence: Texts['presence'], state: string): string {
  if (state === 'offline') return presence.noNetwork;
  return state === 'connecting' ? presence.connecting : presence.reconnecting;
}

/** Whether something has lasted long enough to speak of it. */
function useLate(lasting: boolean): boolean {
  const [late, setLate] = useState(false);
  useEffect(() => {
    if (!lasting) return;
    const timer = setTimeout(() => setLate(true), PATIENCE_MS);
    return () => {
      clearTimeout(timer);
      setLate(false);
    };
  }, [lasting]);
  return late;
}

/** Whole seconds until a moment (Unix ms), counting down; 0 from then on. */
function useSecondsUntil(moment: number | undefined): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (moment === undefined) return;
    const tick = () => setNow(Date.now());
    tick();
    const timer = setInterval(tick, 250);
    return () => clearInterval(timer);
  }, [moment]);
  return moment === undefined ? 0 : Math.max(0, Math.ceil((moment - now) / 1000));
}
