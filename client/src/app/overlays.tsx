import { Button } from '../components/button';
import { useKeys } from '../lib/keys';
import { useLoaded } from '../lib/loaded';
import { hasCommandKey, takesText } from '../lib/platform';
import { useTexts } from '../lib/texts';
import styles from './overlays.module.css';

// With a library for dialogs: nobody needs them to begin with.
const loadSwitcher = () => import('./switcher');
const loadHelp = () => import('./shortcut-help');

/** `all`: rooms and people; `people`: those one can write to. */
export type Switching = 'all' | 'people' | undefined;

interface OverlaysProps {
  /** The room that is open. */
  current: string | undefined;
  /** Whether the switcher is wanted, and for what. */
  switching: Switching;
  setSwitching: (wanted: Switching) => void;
  helping: boolean;
  setHelping: (wanted: boolean) => void;
  onChoose: (roomId: string) => void;
}

/** What opens over the page by a key: the switcher with Ctrl-K or ⌘K, the shortcuts with `?`. */
export function Overlays(props: OverlaysProps) {
  const { current, switching, setSwitching, helping, setHelping, onChoose } = props;
  const { app } = useTexts();
  const switcher = useLoaded(loadSwitcher, switching !== undefined);
  const help = useLoaded(loadHelp, helping);

  useKeys(
    (event) => {
      const jump = hasCommandKey(event) && event.key.toLowerCase() === 'k';
      // In a text field it is a question mark.
      const question = event.key === '?' && !event.ctrlKey && !event.metaKey && !takesText(event.target);
      if (!jump && !question) return;
      event.preventDefault();
      if (jump) setSwitching(switching ? undefined : 'all');
      else setHelping(true);
    },
    { first: true, inDialogs: true },
  );

  const failed = switcher.failed || help.failed;
  return (
    <>
      {switching && switcher.part && (
        <switcher.part.Switcher
          key={switching}
          kind={switching}
          current={current}
          onClose={() => setSwitching(undefined)}
          onChoose={onChoose}
          onHelp={() => setHelping(true)}
        />
      )}
      {helping && help.part && <help.part.ShortcutHelp onClose={() => setHelping(false)} />}
      {failed && (
        <div role="alert" className={styles.failed}>
          <span>{app.notLoaded}</span>{' '}
          <Button
            look="text"
            onClick={() => {
              setSwitching(undefined);
              setHelping(false);
            }}
          >
            {app.close}
          </Button>
        </div>
      )}
    </>
  );
}
