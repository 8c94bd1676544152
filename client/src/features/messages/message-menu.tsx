import type { Entry } from '@app/client';
import { lazy, Suspense } from 'react';
import { Boundary } from '../../components/boundary';
import { useTexts } from '../../lib/texts';
import type { Acts } from './use-acts';

const PopupMenu = lazy(() => import('../../components/popup-menu'));

interface MessageMenuProps {
  entry: Entry;
  at: Pick<DOMRect, 'top' | 'bottom' | 'right'>;
  acts: Acts;
  onClose: () => void;
}

/** All that can be done with a message. */
export function MessageMenu({ entry, at, acts, onClose }: MessageMenuProps) {
  const t = useTexts().messages.change;
  const copy = { label: t.copy, onChoose: () => acts.copy(entry) };
  const own = [
    { label: t.edit, onChoose: () => acts.edit(entry) },
    copy,
    { label: t.delete, danger: true, onChoose: () => acts.remove(entry) },
  ];
  return (
    <Boundary instead={null}>
      <Suspense>
        <PopupMenu label={t.bar} at={at} items={acts.canEdit(entry) ? own : [copy]} onClose={onClose} />
      </Suspense>
    </Boundary>
  );
}
