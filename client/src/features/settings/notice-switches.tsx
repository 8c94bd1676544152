import { useState } from 'react';
import { preferences, usePreferences } from '../../lib/preferences';
import { useMoreTexts } from '../../lib/texts/more';
import { Toggle } from './fields';

/** What the browser allows; `unsupported` where it knows no notifications. */
function permissionNow(): NotificationPermission | 'unsupported' {
  return 'Notification' in window ? Notification.permission : 'unsupported';
}

/** Whether to be told, and how. The browser is asked only when somebody wants it. */
export function NoticeSwitches() {
  const { notifications, sound } = usePreferences();
  const { dialog: settings } = useMoreTexts();
  const [permission, setPermission] = useState(permissionNow);

  const changeNotifications = async (wanted: boolean) => {
    if (!wanted) {
      preferences.change({ notifications: false });
      return;
    }
    const answer = await Notification.requestPermission();
    setPermission(answer);
    preferences.change({ notifications: answer === 'granted' });
  };

  const hint = {
    granted: settings.notificationsHint,
    default: settings.notificationsHint,
    denied: settings.notificationsDenied,
    unsupported: settings.notificationsUnsupported,
  }[permission];
  return (
    <>
      <Toggle
        label={settings.notifications}
        hint={hint}
        checked={notifications && permission === 'granted'}
        disabled={permission === 'denied' || permission === 'unsupported'}
        onChange={(wanted) => void changeNotifications(wanted)}
      />
      <Toggle
        label={settings.sound}
        hint={settings.soundHint}
        checked={sound}
        onChange={(wanted) => preferences.change({ sound: wanted })}
      />
    </>
  );
}
