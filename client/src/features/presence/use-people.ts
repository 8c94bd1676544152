import type { ErrorBody, Presence } from '@app/contracts';
import { useCallback, useEffect, useEffectEvent, useRef, useState } from 'react';
import { useChat, useNames, useOnline, usePresenceKnown } from '../../lib/chat';
import { toErrorBody } from '../../lib/errors';

const PAGE = 100;

interface Loaded {
  people: Presence[];
  /** Where the next page starts; null: all are here. */
  next: string | null;
}

/** What is known of everybody, so that who opens a list a second time, or offline, sees those they have seen. */
const known = new WeakMap<object, Loaded>();
const NOBODY: Loaded = { people: [], next: '' };

/** Everybody who has an account, page by page; the first page is loaded at once, and again when there is a connection again. */
export function usePeople() {
  const chat = useChat();
  const online = useOnline();
  const nameOf = useNames();
  const [loaded, setLoaded] = useState<Loaded>(() => known.get(chat) ?? NOBODY);
  const isConnected = usePresenceKnown();
  useEffect(() => void known.set(chat, loaded), [chat, loaded]);
  const [loading, setLoading] = useState(true);
  const [problem, setProblem] = useState<ErrorBody>();
  const gone = useRef(false);

  const load = useCallback(
    async (after: string | null) => {
      if (after === null) return;
      setLoading(true);
      setProblem(undefined);
      try {
        const page = await chat.api.users({ limit: PAGE, ...(after === '' ? {} : { after }) });
        if (gone.current) return;
        setLoaded((before) => {
          const all = new Map([...before.people, ...page.users].map((person) => [person.id, person]));
          return { people: [...all.values()], next: page.next };
        });
      } catch (error) {
        if (!gone.current) setProblem(toErrorBody(error));
      }
      if (!gone.current) setLoading(false);
    },
    [chat],
  );

  useEffect(() => {
    gone.current = false;
    void load('');
    return () => {
      gone.current = true;
    };
  }, [load]);

  const reload = useEffectEvent(() => {
    if (problem !== undefined && loaded.people.length === 0) void load('');
  });
  useEffect(() => {
    if (isConnected) reload();
  }, [isConnected]);

  // Who registered since is known by having come online, and stays when they leave.
  useEffect(() => {
    setLoaded((before) => {
      const known = new Set(before.people.map((person) => person.id));
      const missing = [...online].filter((id) => !known.has(id));
      const people = missing.flatMap((id) => {
        const username = nameOf(id);
        return username == null ? [] : [{ id, username, online: true }];
      });
      return people.length === 0 ? before : { ...before, people: [...before.people, ...people] };
    });
  }, [online, nameOf]);

  return {
    people: loaded.people,
    more: loaded.next !== null && loaded.next !== '',
    loading,
    problem,
    loadMore: () => void load(loaded.next),
  };
}
