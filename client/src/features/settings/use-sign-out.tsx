import { unsentInBrowser } from '@app/client';
import { type ReactNode, useState } from 'react';
import { Button } from '../../components/button';
import { Modal } from '../../components/modal';
import { type Chat, useChat } from '../../lib/chat';
import { explain, toErrorBody } from '../../lib/errors';
import { wouldBeLost } from '../../lib/kept';
import { useTexts } from '../../lib/texts';
import styles from './settings.module.css';

/** So long what can be undone no more has to reach the server. */
const HURRY_MS = 500;

export interface SignOutOptions {
  /** All of the user's sessions, not only this one. */
  everywhere?: boolean;
}

export interface SignOut {
  /** Signs out; asks first where something was written and not sent, since it would be lost. */
  ask: (options?: SignOutOptions) => Promise<void>;
  /** Why it did not work. */
  problem: string | undefined;
  /** To be rendered: the question, while it is open. */
  question: ReactNode;
}

/** Sends what can still be undone; resolves when that is done, or takes too long. */
function hurried(chat: Chat): Promise<void> {
  chat.hurry();
  if (chat.unsent === 0 || chat.state.status !== 'online') return Promise.resolve();
  return new Promise((resolve) => {
    const end = () => {
      stop();
      clearTimeout(late);
      resolve();
    };
    const stop = chat.on('view', () => {
      if (chat.unsent === 0) end();
    });
    const late = setTimeout(end, HURRY_MS);
  });
}

/** @param signOut ends the session; throws when the server could not be told */
export function useSignOut(signOut: (options?: SignOutOptions) => Promise<void>): SignOut {
  const chat = useChat();
  const { app, settings } = useTexts();
  const [problem, setProblem] = useState<string>();
  const [asked, setAsked] = useState<{ unsent: number; drafts: number; options?: SignOutOptions }>();

  const leave = async (options?: SignOutOptions) => {
    setAsked(undefined);
    setProblem(undefined);
    try {
      await signOut(options);
    } catch (error) {
      setProblem(app.notSignedOut(explain(toErrorBody(error))));
    }
  };

  return {
    ask: async (options) => {
      await hurried(chat);
      // Another tab may have what this one knows nothing of.
      const unsent = Math.max(chat.unsent, unsentInBrowser());
      const drafts = wouldBeLost(chat.user.id);
      if (unsent + drafts > 0) setAsked({ unsent, drafts, options });
      else void leave(options);
    },
    problem,
    question: asked && (
      <Modal
        kind="question"
        title={asked.unsent > 0 ? settings.unsentTitle(asked.unsent) : settings.draftsTitle(asked.drafts)}
        onClose={() => setAsked(undefined)}
      >
        {asked.unsent > 0 && asked.drafts > 0 && <p>{settings.draftsToo(asked.drafts)}</p>}
        <p>{settings.unsentText(asked.unsent + asked.drafts)}</p>
        <div className={styles.actions}>
          <Button onClick={() => setAsked(undefined)}>{settings.stay}</Button>
          <Button className={styles.danger} onClick={() => void leave(asked.options)}>
            {settings.signOutAnyway}
          </Button>
        </div>
      </Modal>
    ),
  };
}
