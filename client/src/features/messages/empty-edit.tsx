import { Button } from '../../components/button';
import { Modal } from '../../components/modal';
import { useTexts } from '../../lib/texts';
import { useMoreTexts } from '../../lib/texts/more';
import styles from './empty-edit.module.css';

/** Somebody has removed all of a message's text: it is asked whether that means to delete it. */
export default function EmptyEdit({ onDelete, onKeep }: { onDelete: () => void; onKeep: () => void }) {
  const t = useTexts().messages.change;
  const { emptyEdit: said } = useMoreTexts();
  return (
    <Modal kind="question" title={said.title} onClose={onKeep}>
      <p>{said.text}</p>
      <div className={styles.actions}>
        <Button onClick={onKeep}>{t.keep}</Button>
        <Button className={styles.danger} onClick={onDelete}>
          {t.delete}
        </Button>
      </div>
    </Modal>
  );
}
