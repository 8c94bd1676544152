import { type ReactNode, useState } from 'react';
import { Button } from '../../components/button';
import { Modal } from '../../components/modal';
import { useChat } from '../../lib/chat';
import { explain, toErrorBody } from '../../lib/errors';
import { wouldBeLost } from '../../lib/kept';
import { useTexts } from '../../lib/texts';
import styles from './settings.module.css';

export interface SignOutOptions {
  /** All of the user's sessions, not only this one. */
  everywhere?: boolean;
}

export interface SignOut {
  /** Signs out; asks first where something was written and not sent, since it would be lost. */
  ask: (options?: SignOutOptions) => void;
  /** Why it did not work. */
  problem: string | undefined;
  /** To be rendered: the question, while it is open. */
  question: ReactNode;
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
    ask: (options) => {
      chat.hurry();
      const { unsent } = chat;
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
