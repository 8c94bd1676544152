import { ChatApi, ChatClient, createBrowserOutbox } from '@app/client';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import './app/tokens.css';
import './app/base.css';
import { App } from './app/app';
import { keepPage } from './features/messages/use-elsewhere';
import { Session } from './features/session/session';
import { startAppearance } from './lib/appearance';
import { device } from './lib/device/device';
import { bearForeignChanges } from './lib/foreign-dom';
import { preferences } from './lib/preferences';
import { registerServiceWorker, startServiceWorker } from './lib/service-worker';
import { startTexts } from './lib/texts';

bearForeignChanges();
keepPage();
startAppearance();
const session = new Session({
  api: new ChatApi(),
  createChat: (user, kept) => new ChatClient(user, { outbox: createBrowserOutbox(user.id), kept }),
  device,
  // With the storage went what is the device's.
  cleared: () => {
    preferences.change({});
    registerServiceWorker();
  },
});
void session.start();
startServiceWorker();
await startTexts();

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <App session={session} />
  </StrictMode>,
);
