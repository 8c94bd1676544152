import type { Entry } from '@app/client';
import PopupMenu, { type Place } from '../../components/popup-menu';
import { useTexts } from '../../lib/texts';
import type { Acts } from './use-acts';
import { useEditable } from './use-editable';

interface MessageMenuItemsProps {
  entry: Entry;
  at: Place;
  acts: Acts;
  onClose: () => void;
}

/** All that can be done with a message. */
export default function MessageMenuItems({ entry, at, acts, onClose }: MessageMenuItemsProps) {
  const t = useTexts().messages.change;
  const items = [
    ...(useEditable(entry, acts) ? [{ label: t.edit, onChoose: () => acts.edit(entry) }] : []),
    { label: t.copy, onChoose: () => acts.copy(entry) },
    ...(acts.canRemove(entry) ? [{ label: t.delete, danger: true, onChoose: () => acts.remove(entry) }] : []),
  ];
  return <PopupMenu label={t.bar} at={at} items={items} onClose={onClose} />;
}
