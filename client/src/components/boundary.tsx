import { Component, type ReactNode } from 'react';
import { useTexts } from '../lib/texts';
import styles from './boundary.module.css';
import { Button } from './button';

interface BoundaryProps {
  children: ReactNode;
  /** Stands in the place of what cannot be shown. */
  instead: ReactNode | ((again: () => void) => ReactNode);
  /** What is shown there: with another one it is tried again. */
  of?: unknown;
}

/** An error in what is inside stays inside: the rest of the page goes on. */
export class Boundary extends Component<BoundaryProps, { failed: boolean; of: unknown }> {
  override state = { failed: false, of: this.props.of };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  static getDerivedStateFromProps({ of }: BoundaryProps, state: { of: unknown }) {
    return Object.is(of, state.of) ? null : { failed: false, of };
  }

  override render(): ReactNode {
    if (!this.state.failed) return this.props.children;
    const { instead } = this.props;
    return typeof instead === 'function' ? instead(() => this.setState({ failed: false })) : instead;
  }
}

interface PanelProps {
  children: ReactNode;
  of?: unknown;
  /** How to leave it, where it fills the screen. */
  onClose?: () => void;
}

/** A part of the page that says so when it cannot be shown, and offers to try again. */
export function Panel({ children, of, onClose }: PanelProps) {
  return (
    <Boundary of={of} instead={(again) => <NotShown again={again} onClose={onClose} />}>
      {children}
    </Boundary>
  );
}

function NotShown({ again, onClose }: { again: () => void; onClose?: () => void }) {
  const { app } = useTexts();
  return (
    <div role="alert" className={styles.failed}>
      <p>{app.partFailed}</p>
      <Button look="text" onClick={again}>
        {app.tryAgain}
      </Button>
      <Button look="text" onClick={() => window.location.reload()}>
        {app.reload}
      </Button>
      {onClose && (
        <Button look="text" onClick={onClose}>
          {app.close}
        </Button>
      )}
    </div>
  );
}
