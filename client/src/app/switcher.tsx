import { type KeyboardEvent, useId, useRef, useState } from 'react';
import { Avatar } from '../components/avatar';
import { Button, IconButton } from '../components/button';
import { Dialog } from '../components/dialog';
import { CloseIcon, SearchIcon } from '../components/icons';
import { isolated } from '../lib/bidi';
import { useChat, usePresenceKnown } from '../lib/chat';
import { explain, toErrorBody } from '../lib/errors';
import { isComposing } from '../lib/keys';
import { useTexts } from '../lib/texts';
import { useMoreTexts } from '../lib/texts/more';
import styles from './switcher.module.css';
import { type Place, usePlaces } from './use-places';

interface SwitcherProps {
  kind: 'all' | 'people';
  /** The room that is open. */
  current: string | undefined;
  onClose: () => void;
  /** Somebody wants to go to a room. */
  onChoose: (roomId: string) => void;
  onHelp: () => void;
}

/** Finds a room or a person by a few letters and goes there: a field with a list beneath, all by keyboard. */
export function Switcher({ kind, current: open, onClose, onChoose, onHelp }: SwitcherProps) {
  const chat = useChat();
  const { app, presence, rooms } = useTexts();
  const said = useMoreTexts().overlays.switcher;
  const [query, setQuery] = useState('');
  const [chosen, setChosen] = useState<string>();
  const [failure, setFailure] = useState<string>();
  const leaving = useRef(false);
  const id = useId();
  const isKnown = usePresenceKnown();
  const found = usePlaces(query.trim(), kind);
  const title = kind === 'people' ? said.newTitle : said.title;
  const prompt = kind === 'people' ? said.newField : said.field;
  const places = [...found.rooms, ...found.people];
  const current = places.find((place) => place.key === chosen) ?? places[0];

  const go = async (place: Place | undefined) => {
    if (place === undefined) return;
    setFailure(undefined);
    try {
      const roomId = place.roomId ?? (await chat.openDirect(place.userId ?? ''));
      // The room that opens takes the focus.
      leaving.current = roomId !== open;
      onChoose(roomId);
    } catch (error) {
      setFailure(explain(toErrorBody(error)));
    }
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (isComposing(event.nativeEvent)) return;
    if (event.key === 'Enter') void go(current);
    else if (event.key === 'ArrowDown') move(1);
    else if (event.key === 'ArrowUp') move(-1);
    else return;
    event.preventDefault();
  };

  const move = (step: number) => {
    const at = current === undefined ? -1 : places.indexOf(current);
    const next = places[(at + step + places.length) % places.length];
    if (next === undefined) return;
    setChosen(next.key);
    document.getElementById(`${id}-${next.key}`)?.scrollIntoView({ block: 'nearest' });
  };

  const group = (name: string, list: readonly Place[]) =>
    list.length > 0 && (
      // biome-ignore lint/a11y/useSemanticElements: a group of options is no field set
      <div role="group" aria-label={name}>
        <div className={styles.group} aria-hidden="true">
          {name}
        </div>
        {list.map((place) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the field has the focus and hears the keys
          <div
            key={place.key}
            id={`${id}-${place.key}`}
            role="option"
            tabIndex={-1}
            aria-selected={place === current}
            className={styles.option}
            onMouseMove={() => setChosen(place.key)}
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => void go(place)}
          >
            <Avatar
              id={place.userId ?? place.key}
              name={place.userId === undefined ? '#' : place.name}
              kind={place.userId === undefined ? 'room' : 'person'}
              size="small"
              online={place.online}
            />
            <span className={`one-line ${styles.name}`} dir="auto" title={place.name}>
              {place.name}
            </span>
            {place.online !== undefined && (
              <span className="sr-only">{` ${place.online ? presence.online : presence.offline}`}</span>
            )}
            {place.unread > 0 && <span className={styles.unread}>{` ${rooms.unread(place.unread)}`}</span>}
          </div>
        ))}
      </div>
    );

  const nothing = places.length === 0;
  const wanted = isolated(query.trim());
  let note = '';
  if (!isKnown) note = nothing ? said.nothingOffline(wanted) : said.offline;
  else if (nothing) note = found.looking ? said.looking : said.nothing(wanted);
  return (
    <Dialog title={title} bare onClose={onClose} keepFocus={() => leaving.current}>
      <div className={styles.top}>
        <SearchIcon />
        <input
          className={styles.field}
          role="combobox"
          aria-label={prompt}
          placeholder={prompt}
          aria-expanded={!nothing}
          aria-controls={`${id}-list`}
          aria-autocomplete="list"
          aria-activedescendant={current && `${id}-${current.key}`}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          enterKeyHint="go"
          value={query}
          onChange={(event) => {
            setQuery(event.target.value);
            setChosen(undefined);
            setFailure(undefined);
          }}
          onKeyDown={onKeyDown}
        />
        <IconButton label={app.close} className={styles.close} onClick={onClose}>
          <CloseIcon />
        </IconButton>
      </div>
      <div id={`${id}-list`} role="listbox" aria-label={title} tabIndex={-1} className={styles.list}>
        {group(said.rooms, found.rooms)}
        {group(said.people, found.people)}
      </div>
      <p role="status" className={styles.note}>
        {note}
      </p>
      {(failure ?? (isKnown && found.problem)) && (
        <p role="alert" className={styles.problem}>
          {failure ?? said.partly}
        </p>
      )}
      <footer className={styles.foot}>
        <Button look="text" onClick={onHelp}>
          {said.shortcuts}
        </Button>
      </footer>
    </Dialog>
  );
}
