import { type ComponentProps, lazy, Suspense } from 'react';
import { Boundary } from '../../components/boundary';

const MessageMenuItems = lazy(() => import('./message-menu-items'));

/** All that can be done with a message, loaded when it is first asked for. */
export const MessageMenu = (props: ComponentProps<typeof MessageMenuItems>) => (
  <Boundary instead={null}>
    <Suspense>
      <MessageMenuItems {...props} />
    </Suspense>
  </Boundary>
);
