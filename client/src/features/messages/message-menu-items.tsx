import type { Entry } from '@app/client';
import PopupMenu from '../../components/popup-menu';
import { useTexts } from '../../lib/texts';
import type { Acts } from './use-acts';

interface MessageMenuItemsProps {
  entry: Entry;
  at: Pick<DOMRect, 'top' | 'bottom' | 'right'>;
  acts: Acts;
  onClose: () => void;
}

/** All that can be done with a message. */
export default function MessageMenuItems({ entry, at, acts, onClose }: MessageMenuItemsProps) {
  const t = useTexts().messages.change;
  const copy = { label: t.copy, onChoose: () => acts.copy(entry) };
  const own = [
    { label: t.edit, onChoose: () => acts.edit(entry) },
    copy,
    { label: t.delete, danger: true, onChoose: () => acts.remove(entry) },
  ];
  return <PopupMenu label={t.bar} at={at} items={acts.canEdit(entry) ? own : [copy]} onClose={onClose} />;
}
