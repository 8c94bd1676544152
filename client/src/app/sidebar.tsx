import type { ReactNode } from 'react';
import { Avatar } from '../components/avatar';
import { IconButton } from '../components/button';
import { Mark, SettingsIcon } from '../components/icons';
import { Menu } from '../components/menu';
import { type SignOutOptions, useSignOut } from '../features/settings/use-sign-out';
import { isolated } from '../lib/bidi';
import { useChat, useConnection } from '../lib/chat';
import { useTexts } from '../lib/texts';
import styles from './sidebar.module.css';

interface SidebarProps {
  signOut: (options?: SignOutOptions) => Promise<void>;
  openSettings: () => void;
  openHelp: () => void;
  /** The settings could not be opened. */
  settingsFailed: boolean;
  /** Beside the product's name. */
  action: ReactNode;
  /** Above the rooms, and stays there. */
  top: ReactNode;
  children: ReactNode;
}

/** The rooms between the product's name and oneself. */
export function Sidebar({ signOut, openSettings, openHelp, settingsFailed, action, top, children }: SidebarProps) {
  const chat = useChat();
  const connection = useConnection();
  const { app, rooms, settings } = useTexts();
  const leaving = useSignOut(signOut);
  const problem = leaving.problem ?? (settingsFailed ? settings.notLoaded : undefined);
  const online = connection.status === 'online' && !connection.unsure;

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
        <Menu
          label={app.me(isolated(chat.user.username))}
          items={[
            { label: settings.settings, onChoose: openSettings },
            { label: app.shortcutsTitle, onChoose: openHelp },
            { label: app.signOut, onChoose: () => leaving.ask() },
          ]}
        >
          <Avatar id={chat.user.id} name={chat.user.username} size="small" online={online} />
          <span className={`one-line ${styles.name}`} dir="auto">
            {chat.user.username}
          </span>
        </Menu>
        <IconButton label={settings.settings} aria-haspopup="dialog" onClick={openSettings}>
          <SettingsIcon />
        </IconButton>
      </footer>
      {leaving.question}
    </nav>
  );
}
