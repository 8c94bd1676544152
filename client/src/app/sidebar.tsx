import { type ReactNode, useState } from 'react';
import { Avatar } from '../components/avatar';
import { IconButton } from '../components/button';
import { Mark, SignOutIcon } from '../components/icons';
import { useChat, useConnection } from '../lib/chat';
import { explain, toErrorBody } from '../lib/errors';
import { useTexts } from '../lib/texts';
import styles from './sidebar.module.css';

interface SidebarProps {
  signOut: () => Promise<void>;
  /** Beside the product's name. */
  action: ReactNode;
  /** Above the rooms, and stays there. */
  top: ReactNode;
  children: ReactNode;
}

/** The rooms between the product's name and oneself. */
export function Sidebar({ signOut, action, top, children }: SidebarProps) {
  const chat = useChat();
  const connection = useConnection();
  const { app, rooms } = useTexts();
  const [problem, setProblem] = useState<string>();
  const online = connection.status === 'online';

  const leave = async () => {
    setProblem(undefined);
    try {
      await signOut();
    } catch (error) {
      setProblem(app.notSignedOut(explain(toErrorBody(error))));
    }
  };

  return (
    <nav className={styles.sidebar} aria-label={rooms.rooms}>
      <header className={styles.header}>
        <Mark />
        <span className={styles.product}>redis-chat</span>
        {action}
      </header>
      {top}
      <div className={styles.rooms}>{children}</div>
      {problem && (
        <p role="alert" className={styles.problem}>
          {problem}
        </p>
      )}
      <footer className={styles.me}>
        <Avatar id={chat.user.id} name={chat.user.username} size="small" online={online} />
        <span className={`one-line ${styles.name}`} dir="auto">
          {chat.user.username}
        </span>
        <IconButton label={app.signOut} onClick={() => void leave()}>
          <SignOutIcon />
        </IconButton>
      </footer>
    </nav>
  );
}
