import { type RefObject, useState } from 'react';
import { useTexts } from '../../lib/texts';
import { ComposerNote } from './composer-note';
import { useElsewhere } from './use-elsewhere';

interface PastingOptions {
  field: RefObject<HTMLTextAreaElement | null>;
  /** By how many characters the message would be too long with this. */
  extraWith: (what: string) => number;
  /** Writes something where the caret is. */
  insert: (what: string) => void;
}

/** What is pasted, in the field or where no text can be written: what makes a message too long is asked about first. */
export function usePasting({ field, extraWith, insert }: PastingOptions) {
  const t = useTexts().messages;
  /** A text that is asked about, and by how much it makes the message too long. */
  const [pasted, setPasted] = useState<{ text: string; extra: number }>();
  /** Files were dropped or pasted. */
  const [refused, setRefused] = useState(false);

  const onPaste = (event: Pick<globalThis.ClipboardEvent, 'clipboardData' | 'preventDefault'>) => {
    const what = event.clipboardData?.getData('text/plain') ?? '';
    if (what === '') {
      if ((event.clipboardData?.files.length ?? 0) === 0) return;
      event.preventDefault();
      setRefused(true);
      return;
    }
    const extra = extraWith(what);
    if (extra <= 0) return;
    event.preventDefault();
    setPasted({ text: what, extra });
  };

  useElsewhere({
    onFiles: () => setRefused(true),
    onPaste: (event) => {
      onPaste(event);
      if (event.defaultPrevented) return;
      event.preventDefault();
      insert(event.clipboardData?.getData('text/plain') ?? '');
    },
  });

  const take = () => {
    insert(pasted?.text ?? '');
    setPasted(undefined);
  };
  const leave = () => {
    setPasted(undefined);
    setRefused(false);
    field.current?.focus();
  };

  return {
    onPaste,
    /** Nothing is asked any more. */
    clear: () => {
      setPasted(undefined);
      setRefused(false);
    },
    /** What is to be decided, above the field. */
    notes: (
      <>
        {pasted && (
          <ComposerNote
            role="alert"
            says={t.pasteTooLong(`${pasted.extra}`)}
            choices={[
              [t.pasteAnyway, take],
              [t.pasteNot, leave],
            ]}
          />
        )}
        {refused && <ComposerNote role="alert" says={t.noFiles} choices={[[t.gotIt, leave]]} />}
      </>
    ),
  };
}
