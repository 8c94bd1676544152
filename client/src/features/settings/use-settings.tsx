import { type ComponentType, type ReactNode, useState } from 'react';
import { useKeys } from '../../lib/keys';
import type { SettingsDialog } from './settings-dialog';
import type { SignOutOptions } from './use-sign-out';

type Dialog = ComponentType<Parameters<typeof SettingsDialog>[0]>;

interface Settings {
  open: () => void;
  /** The dialog could not be loaded: offline, most likely. */
  failed: boolean;
  /** To be rendered. */
  dialog: ReactNode;
}

/** The settings, loaded when somebody opens them: by `open`, or with Ctrl or Cmd and a comma. */
export function useSettings(signOut: (options?: SignOutOptions) => Promise<void>): Settings {
  const [Loaded, setLoaded] = useState<Dialog>();
  const [isOpen, setOpen] = useState(false);
  const [failed, setFailed] = useState(false);

  const open = async () => {
    setFailed(false);
    try {
      const { SettingsDialog } = await import('./settings-dialog');
      setLoaded(() => SettingsDialog);
      setOpen(true);
    } catch {
      setFailed(true);
    }
  };
  useKeys((event) => {
    if (event.key !== ',' || event.altKey || event.shiftKey || event.ctrlKey === event.metaKey) return;
    event.preventDefault();
    void open();
  });

  return {
    open: () => void open(),
    failed,
    dialog: isOpen && Loaded && <Loaded signOut={signOut} onClose={() => setOpen(false)} />,
  };
}
