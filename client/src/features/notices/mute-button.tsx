import { IconButton } from '../../components/button';
import { BellIcon } from '../../components/icons';
import { preferences, usePreferences } from '../../lib/preferences';
import { useTexts } from '../../lib/texts';

/** Mutes a room in this browser, and lets it be heard again. */
export function MuteButton({ roomId }: { roomId: string }) {
  const { notices } = useTexts();
  const { mutedRooms } = usePreferences();
  const muted = mutedRooms.includes(roomId);
  const rest = mutedRooms.filter((id) => id !== roomId);

  return (
    <IconButton
      label={notices.mute}
      title={muted ? notices.unmute : notices.mute}
      aria-pressed={muted}
      onClick={() => preferences.change({ mutedRooms: muted ? rest : [...rest, roomId] })}
    >
      <BellIcon off={muted} />
    </IconButton>
  );
}
