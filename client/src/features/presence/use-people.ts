import type { ErrorBody, Presence } from '@app/contracts';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useChat, useNames, useOnline } from '../../lib/chat';
import { toErrorBody } from '../../lib/errors';

const PAGE = 100;

interface Loaded {
  people: Presence[];
  /** Where the next page starts; null: all are here. */
  next: string | null;
}

/** Everybody who has an account, page by page; the first page is loaded at once. */
export function usePeople() {
  const chat = useChat();
  const online = useOnline();
  const nameOf = useNames();
  const [loaded, setLoaded] = useState<Loaded>({ people: [], next: '' });
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
        setLoaded((before) => ({
          people: [...before.people, ...page.users],
          next: page.next,
        }));
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

  // Who registered since is known by having come online, and stays when they leave.
  useEffect(() => {
    setLoaded((before) => {
      const known = new Set(before.people.map((person) => person.id));
      const missing = [...online].filter((id) => !known.has(id));
      const people = missing.flatMap((id) => {
        const username = nameOf(id);
        return username === undefined ? [] : [{ id, username, online: true }];
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
