import { useSyncExternalStore } from 'react';
import { Button } from '../../components/button';
import { preferences, usePreferences } from '../../lib/preferences';
import { createStore } from '../../lib/store';
import { useTexts } from '../../lib/texts';
import styles from './offer.module.css';

/** Whether something came that one might have been told of. */
const due = createStore(false);

/** Something came that notifications would have told of. */
export const offerNotifications = (): void => due.set(true);

/** Offers notifications, once: after the first message that would have been one. The browser is asked only if one agrees. */
export function NotificationOffer() {
  const isDue = useSyncExternalStore(due.subscribe, due.get);
  const { notifications, notificationsOffered } = usePreferences();
  const { notices } = useTexts();
  const mayAsk = typeof Notification !== 'undefined' && Notification.permission === 'default';
  if (!isDue || notifications || notificationsOffered || !mayAsk) return null;

  const turnOn = async () => {
    const answer = await Notification.requestPermission();
    preferences.change({ notifications: answer === 'granted', notificationsOffered: true });
  };
  return (
    <div role="status" className={styles.offer}>
      <p>{notices.offer}</p>
      <Button look="text" onClick={() => void turnOn()}>
        {notices.turnOn}
      </Button>
      <Button look="text" onClick={() => preferences.change({ notificationsOffered: true })}>
        {notices.notNow}
      </Button>
    </div>
  );
}
