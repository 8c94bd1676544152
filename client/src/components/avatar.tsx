import styles from './avatar.module.css';

interface AvatarProps {
  /** What the colour comes from: the same for one user or room everywhere. */
  id: string;
  name: string;
  /** Rooms are square, people round. */
  kind?: 'person' | 'room';
  size?: 'small' | 'medium';
  /** Shows a dot; left out where presence says nothing. */
  online?: boolean;
}

/** Colour and initial; decoration beside a name, so hidden from screen readers. */
export function Avatar({ id, name, kind = 'person', size = 'medium', online }: AvatarProps) {
  return (
    <span className={styles.avatar} data-kind={kind} data-size={size} data-hue={hueOf(id)} aria-hidden="true">
      <span>{[...name][0]?.toUpperCase()}</span>
      {online !== undefined && <span className={styles.dot} data-online={online} />}
    </span>
  );
}

function hueOf(id: string): number {
  let sum = 0;
  for (const char of id) sum = (sum * 31 + char.charCodeAt(0)) % 997;
  return sum % 8;
}
