import { type ReactNode, useState } from 'react';
import { Button } from '../../components/button';
import { Modal } from '../../components/modal';
import { useChat } from '../../lib/chat';
import { explain, toErrorBody } from '../../lib/errors';
import { useTexts } from '../../lib/texts';
import styles from './settings.module.css';

export interface SignOutOptions {
  /** All of the user's sessions, not only this one. */
  everywhere?: boolean;
}

export interface SignOut {
  /** Signs out; asks first where something is not sent yet, since it would be lost. */
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
  const [asked, setAsked] = useState<{ unsent: number; options: SignOutOptions | undefined }>();

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
      const { unsent } = chat;
      if (unsent > 0) setAsked({ unsent, options });
      else void leave(options);
    },
    problem,
    question: asked && (
      <Modal kind="question" title={settings.unsentTitle(asked.unsent)} onClose={() => setAsked(undefined)}>
        <p>{settings.unsentText(asked.unsent)}</p>
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
