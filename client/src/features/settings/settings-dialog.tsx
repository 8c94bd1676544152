import { type ReactNode, useId } from 'react';
import { Modal } from '../../components/modal';
import { preferences, usePreferences } from '../../lib/preferences';
import { useMoreTexts } from '../../lib/texts/more';
import { ChangePassword } from './change-password';
import { Choice } from './fields';
import { NoticeSwitches } from './notice-switches';
import { Sessions } from './sessions';
import styles from './settings.module.css';
import { type SignOutOptions, useSignOut } from './use-sign-out';

interface SettingsDialogProps {
  signOut: (options?: SignOutOptions) => Promise<void>;
  onClose: () => void;
}

/** What somebody may choose in this browser, and where they are signed in. Every choice holds at once. */
export function SettingsDialog({ signOut, onClose }: SettingsDialogProps) {
  const { theme, density, language } = usePreferences();
  const { dialog: settings } = useMoreTexts();
  const leaving = useSignOut(signOut);
  return (
    <Modal title={settings.settings} onClose={onClose}>
      <Section title={settings.appearance}>
        <Choice
          label={settings.theme}
          value={theme}
          options={[
            ['system', settings.asSystem],
            ['light', settings.light],
            ['dark', settings.dark],
          ]}
          onChange={(theme) => preferences.change({ theme })}
        />
        <Choice
          label={settings.density}
          value={density}
          options={[
            ['comfortable', settings.comfortable],
            ['compact', settings.compact],
          ]}
          onChange={(density) => preferences.change({ density })}
        />
        <Choice
          label={settings.language}
          value={language}
          options={[
            ['system', settings.asSystem],
            ['en', 'English'],
            ['de', 'Deutsch'],
          ]}
          onChange={(language) => preferences.change({ language })}
        />
      </Section>
      <Section title={settings.notices}>
        <NoticeSwitches />
      </Section>
      <Section title={settings.password}>
        <ChangePassword />
      </Section>
      <Section title={settings.sessions}>
        <Sessions signOut={leaving} />
      </Section>
      {leaving.question}
    </Modal>
  );
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  const id = useId();
  return (
    <section aria-labelledby={id} className={styles.section}>
      <h3 id={id} className={styles.heading}>
        {title}
      </h3>
      {children}
    </section>
  );
}
