import type { ReactNode } from 'react';
import { Button } from '../../components/button';
import styles from './composer-note.module.css';

interface ComposerNoteProps {
  /** `alert`: about what was just done; `status`: what goes on. */
  role: 'alert' | 'status';
  says: string;
  icon?: ReactNode;
  /** What can be done, and what that does. */
  choices: readonly (readonly [label: string, choose: () => void])[];
}

/** Something to know, or to decide, above the field. */
export function ComposerNote({ role, says, icon, choices }: ComposerNoteProps) {
  return (
    <div className={styles.note}>
      {icon}
      <span role={role}>{says}</span>
      {choices.map(([label, choose]) => (
        <Button key={label} look="text" onClick={choose}>
          {label}
        </Button>
      ))}
    </div>
  );
}
