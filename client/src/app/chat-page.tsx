import { GENERAL } from '@app/contracts';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { Boundary, Panel } from '../components/boundary';
import { IconButton } from '../components/button';
import { NewIcon, PeopleIcon } from '../components/icons';
import { Conversation } from '../features/messages/conversation';
import { Drafts } from '../features/messages/drafts';
import { MuteButton } from '../features/notices/mute-button';
import { Notices } from '../features/notices/notices';
import { NotificationOffer } from '../features/notices/offer';
import { ConnectionBar } from '../features/presence/connection-bar';
import { RoomList } from '../features/rooms/room-list';
import { useSettings } from '../features/settings/use-settings';
import type { SignOutOptions } from '../features/settings/use-sign-out';
import { isolated } from '../lib/bidi';
import { useChat, useNames, useOnline, usePresenceKnown, useRooms } from '../lib/chat';
import { useKeys } from '../lib/keys';
import { THREE_PANES, TWO_PANES, useMedia } from '../lib/media';
import { otherUser, roomName } from '../lib/rooms';
import { formatRoute, goBack, navigate, useRoute } from '../lib/route';
import { useTexts } from '../lib/texts';
import styles from './chat-page.module.css';
import { JumpButton } from './jump-button';
import { OutdatedBar } from './outdated';
import { Overlays, type Switching } from './overlays';
import { ROOM_PARTS } from './room-parts';
import { Sidebar } from './sidebar';
import { useRoomKeys } from './use-room-keys';
import { useTypingAnywhere } from './use-typing-anywhere';

/** On a phone few look at it; on a wide screen it comes right after the conversation. */
const People = lazy(async () => ({ default: (await import('../features/presence/people')).People }));

interface ChatPageProps {
  signOut: (options?: SignOutOptions) => Promise<void>;
}

const bar = (
  <Boundary instead={null}>
    <OutdatedBar />
    <ConnectionBar />
  </Boundary>
);

/** The signed-in client: rooms, the conversation and the people, side by side or one at a time, as the screen allows. */
export function ChatPage({ signOut }: ChatPageProps) {
  const chat = useChat();
  const { app } = useTexts();
  const route = useRoute();
  const twoPanes = useMedia(TWO_PANES);
  const threePanes = useMedia(THREE_PANES);
  const [peopleHidden, hidePeople] = useState(false);
  const [switching, setSwitching] = useState<Switching>();
  const [helping, setHelping] = useState(false);
  const [drafts] = useState(() => new Drafts(chat.user.id));
  const field = useRef<HTMLTextAreaElement>(null);

  const roomId = route.roomId ?? (twoPanes ? GENERAL : undefined);
  const people = threePanes ? !peopleHidden : route.people;
  useEffect(() => {
    // So that the address says what one sees.
    if (route.roomId !== roomId) navigate(formatRoute({ ...route, roomId }), { replace: true });
  }, [route, roomId]);

  useEffect(() => {
    // What can still be undone is not to be lost with the page.
    const leave = () => chat.hurry();
    window.addEventListener('pagehide', leave);
    return () => window.removeEventListener('pagehide', leave);
  }, [chat]);

  useRoomKeys(roomId);
  useTypingAnywhere(field);

  const togglePeople = () => {
    if (threePanes) hidePeople(people);
    else if (people) goBack(formatRoute({ ...route, people: false }));
    else navigate(formatRoute({ ...route, people: true }));
  };

  useKeys(
    (event) => {
      if (event.key !== 'Escape' || !people || threePanes) return;
      event.preventDefault();
      togglePeople();
      field.current?.focus();
    },
    { first: true },
  );

  const settings = useSettings(signOut);

  const rooms = (
    <Sidebar
      signOut={signOut}
      openSettings={settings.open}
      openHelp={() => setHelping(true)}
      settingsFailed={settings.failed}
      top={
        <>
          {!twoPanes && bar}
          <JumpButton onClick={() => setSwitching('all')} />
        </>
      }
      action={
        <IconButton label={app.newConversation} aria-haspopup="dialog" onClick={() => setSwitching('people')}>
          <NewIcon />
        </IconButton>
      }
    >
      <Panel>
        <RoomList current={roomId} />
      </Panel>
    </Sidebar>
  );

  const notices = (
    <Boundary of={roomId} instead={null}>
      <Notices
        roomId={roomId}
        inSight={twoPanes || !people ? roomId : undefined}
        unread={new Map(useRooms().map((room) => [room.id, room.unread]))}
      />
    </Boundary>
  );

  const list = (
    <Panel onClose={togglePeople}>
      <Suspense>
        <People
          place={threePanes ? 'beside' : twoPanes ? 'over' : 'page'}
          onClose={togglePeople}
          onOpen={(id) => navigate(formatRoute({ roomId: id, people: false }), { replace: route.people })}
        />
      </Suspense>
    </Panel>
  );

  const overlays = (
    <Boundary of={`${switching} ${helping}`} instead={null}>
      <Overlays
        current={roomId}
        switching={switching}
        setSwitching={setSwitching}
        helping={helping}
        setHelping={setHelping}
        onChoose={(id) => {
          setSwitching(undefined);
          navigate(formatRoute({ roomId: id, people: false }));
        }}
      />
    </Boundary>
  );

  const toRooms = twoPanes ? undefined : () => goBack(formatRoute({ people: false }));
  const conversation = roomId !== undefined && (
    <Panel key={roomId} onClose={toRooms}>
      <Room
        roomId={roomId}
        drafts={drafts}
        field={field}
        people={people}
        togglePeople={togglePeople}
        onBack={toRooms}
      />
    </Panel>
  );

  const dialog = (
    <Boundary of={settings.dialog === undefined || settings.dialog === false} instead={null}>
      {settings.dialog}
    </Boundary>
  );

  if (!twoPanes) {
    return (
      <div className={styles.page}>
        {notices}
        {people ? <main>{list}</main> : conversation || <main>{rooms}</main>}
        {overlays}
        {dialog}
      </div>
    );
  }
  return (
    <div className={styles.page} data-people={people}>
      <button type="button" className={styles.skip} onClick={() => field.current?.focus()}>
        {app.skip}
      </button>
      {notices}
      {rooms}
      {conversation}
      {people && <div className={styles.people}>{list}</div>}
      {overlays}
      {dialog}
    </div>
  );
}

interface RoomProps {
  roomId: string;
  drafts: Drafts;
  field: React.RefObject<HTMLTextAreaElement | null>;
  people: boolean;
  togglePeople: () => void;
  onBack?: () => void;
}

function Room({ roomId, drafts, field, people, togglePeople, onBack }: RoomProps) {
  const chat = useChat();
  const { app, presence } = useTexts();
  const rooms = useRooms();
  const nameOf = useNames();
  const online = useOnline();
  const room = rooms.find((room) => room.id === roomId);
  const other = otherUser(roomId, chat.user.id);
  const name = roomName(roomId, room, chat.user.id, nameOf);
  const known = usePresenceKnown();
  const everybody =
    roomId === GENERAL && (known ? app.onlineCount(online.size) : online.size > 0 && app.wereOnline(online.size));
  // Before the first connection there is nothing to say.
  const theOther = !known
    ? online.size > 0 && presence.unknown
    : online.has(other ?? '')
      ? presence.online
      : presence.offline;
  const about = other === undefined ? everybody : theOther;

  return (
    <Conversation
      roomId={roomId}
      name={name}
      about={about}
      beginning={other === undefined ? app.roomBegins(isolated(name)) : app.directBegins(isolated(name))}
      drafts={drafts}
      field={field}
      bar={bar}
      offer={
        <Boundary instead={null}>
          <NotificationOffer />
        </Boundary>
      }
      parts={ROOM_PARTS}
      onBack={onBack}
      actions={
        <>
          <MuteButton roomId={roomId} />
          <IconButton label={app.showPeople} aria-expanded={people} onClick={togglePeople}>
            <PeopleIcon />
          </IconButton>
        </>
      }
    />
  );
}
