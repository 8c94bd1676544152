import { createBrowserOutbox } from '@app/client';
import { ChatError } from '@app/contracts';
import { screen, waitFor, within } from '@testing-library/react';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { setWidth } from '../testing/media';
import { askToSignOut, field, makeChat, messages, nav, people, server, showChatPage } from '../testing/show-chat-page';
import type { TestChat } from '../testing/test-chat';

let chat: TestChat;

beforeEach(() => {
  setWidth(1280);
  chat = makeChat();
});

describe('rooms and people', () => {
  it('begins with General, and says so in the address', async () => {
    await showChatPage(chat, '/chat');
    expect(field()).toBeTruthy();
    expect(window.location.pathname).toBe('/chat/0');
  });

  it('lists rooms with their last message and who is there', async () => {
    chat.addDirect('2');
    chat.addHistory('0', '2', 'Hi all');
    chat.addHistory('1:2', '1', 'Hi Joe');
    await showChatPage(chat);
    expect(within(nav()).getByText('Joe: Hi all')).toBeTruthy();
    expect(within(nav()).getByText('You: Hi Joe')).toBeTruthy();
    expect(within(nav()).getByRole('link', { name: 'Joe online' })).toBeTruthy();
    expect(within(nav()).getByRole('link', { current: 'page' }).getAttribute('href')).toBe('/chat/0');
  });

  it('counts what came into another room until it was open for a second', async () => {
    chat.addDirect('2');
    const user = await showChatPage(chat);
    await server(() => chat.receive('1:2', '2', 'psst'));
    await server(() => chat.receive('1:2', '2', 'psst!'));
    await user.click(within(nav()).getByRole('link', { name: 'Joe online 2 new' }));
    expect(await within(nav()).findByRole('link', { name: 'Joe online' })).toBeTruthy();
  });

  it('has nothing new any more where one has read on another device', async () => {
    chat.addDirect('2');
    await showChatPage(chat);
    await server(() => chat.receive('1:2', '2', 'psst'));
    expect(within(nav()).getByRole('link', { name: 'Joe online 1 new' })).toBeTruthy();
    await server(() => chat.readElsewhere({ roomId: '1:2', seq: 1 }));
    expect(within(nav()).getByRole('link', { name: 'Joe online' })).toBeTruthy();
  });

  it('opens a private conversation from a person', async () => {
    const user = await showChatPage(chat);
    await user.click(within(people()).getByRole('button', { name: 'Mary' }));
    await waitFor(() => expect(window.location.pathname).toBe('/chat/1:3'));
    expect(field('Mary')).toBeTruthy();
    expect(screen.getByRole('heading', { level: 1, name: 'Mary' })).toBeTruthy();
  });

  it('says where it happened that a conversation could not be opened', async () => {
    const user = await showChatPage(chat);
    chat.refused.set('POST /api/rooms', { code: 'unavailable', message: 'away' });
    await user.click(within(people()).getByRole('button', { name: 'Mary' }));
    expect((await within(people()).findByRole('alert')).textContent).toContain('The server cannot be reached');
  });

  it('moves people between online and offline as they come and go', async () => {
    await showChatPage(chat);
    expect(within(within(people()).getByRole('list', { name: 'Offline' })).getByText('Mary')).toBeTruthy();
    await server(() => chat.come({ id: '3', username: 'Mary' }));
    expect(within(within(people()).getByRole('list', { name: 'Online' })).getByText('Mary')).toBeTruthy();
    expect(within(people()).queryByRole('list', { name: 'Offline' })).toBeNull();
  });

  it('keeps somebody new in the list after they leave', async () => {
    await showChatPage(chat);
    await server(() => chat.come({ id: '7', username: 'Zoë' }));
    await server(() => chat.leave('7'));
    expect(within(within(people()).getByRole('list', { name: 'Offline' })).getByText('Zoë')).toBeTruthy();
  });

  it('walks through the rooms with Alt and the arrow keys', async () => {
    chat.addDirect('2');
    chat.addDirect('3');
    const user = await showChatPage(chat);
    await user.keyboard('{Alt>}{ArrowDown}{/Alt}');
    expect(window.location.pathname).toBe('/chat/1:2');
    await server(() => chat.receive('0', '2', 'news'));
    await user.keyboard('{Alt>}{ArrowDown}{ArrowDown}{/Alt}');
    expect(window.location.pathname).toBe('/chat/1:3');
    await user.keyboard('{Alt>}{Shift>}{ArrowUp}{/Shift}{/Alt}');
    expect(window.location.pathname).toBe('/chat/0');
  });
});

describe('the connection', () => {
  it('says that it is gone, how much waits and when it is tried again', async () => {
    const user = await showChatPage(chat);
    const status = screen.getByRole('status', { name: 'Connection' });
    expect(status.textContent).toBe('');
    await server(() => chat.loseConnection());
    await user.type(field(), 'Hello{Enter}');
    expect(status.textContent).toBe('Reconnecting. 1 message will be sent when you are back.');
    expect(screen.getByText(/^Trying again in [1-3] s\.$/)).toBeTruthy();
    await server(() => chat.restore());
    await user.click(screen.getByRole('button', { name: 'Now' }));
    expect(status.textContent).toBe('');
    await server(() => chat.acknowledge('0'));
    expect(within(messages()[0] as HTMLElement).queryByRole('img', { name: 'Sending' })).toBeNull();
  });

  it('says how much waits though the list of rooms is not there yet', async () => {
    chat.hold('GET /api/rooms');
    const user = await showChatPage(chat);
    await server(() => chat.loseConnection());
    await user.type(field(), 'Hello{Enter}');
    const status = screen.getByRole('status', { name: 'Connection' });
    expect(status.textContent).toBe('Reconnecting. 1 message will be sent when you are back.');
  });

  it('shows a room that is here, and what is written in it, though the list of rooms is not', async () => {
    chat.hold('GET /api/rooms');
    chat.addHistory('0', '2', 'Before');
    const user = await showChatPage(chat);
    await user.type(field(), 'Hello{Enter}');
    expect(messages().map(({ textContent }) => textContent)).toEqual([expect.stringContaining('Hello')]);
    await server(() => chat.acknowledge('0'));
    expect(messages().map(({ textContent }) => textContent)).toEqual([expect.stringContaining('Hello')]);
    await server(() => chat.loseConnection());
    const both = [expect.stringContaining('Before'), expect.stringContaining('Hello')];
    expect(messages().map(({ textContent }) => textContent)).toEqual(both);
  });

  it('says that there is no network, and promises no next try', async () => {
    vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(false);
    const user = await showChatPage(chat);
    await server(() => chat.loseConnection());
    for (const text of ['Hello{Enter}', 'Again{Enter}']) await user.type(field(), text);
    const status = screen.getByRole('status', { name: 'Connection' });
    expect(status.textContent).toBe('Offline. 2 messages will be sent when you are back.');
    expect(screen.queryByText(/Trying/)).toBeNull();
    expect(screen.queryByRole('button', { name: 'Now' })).toBeNull();
  });

  it('signs out, and says so where that failed', async () => {
    const signOut = vi.fn(async () => undefined);
    signOut.mockRejectedValueOnce(new ChatError('unavailable', 'away'));
    const user = await showChatPage(chat, '/chat/0', signOut);
    await askToSignOut(user);
    expect((await within(nav()).findByRole('alert')).textContent).toContain('Not signed out.');
    await askToSignOut(user);
    expect(signOut).toHaveBeenCalledTimes(2);
    expect(within(nav()).queryByRole('alert')).toBeNull();
  });

  it('asks before it forgets what was begun, and what was not sent', async () => {
    chat.addDirect('2');
    const signOut = vi.fn(async () => undefined);
    const user = await showChatPage(chat, '/chat/0', signOut);
    await user.type(field(), 'half a sen');
    await askToSignOut(user);
    const question = await screen.findByRole('dialog', { name: 'You have begun a message' });
    await user.click(within(question).getByRole('button', { name: 'Stay signed in' }));
    expect(signOut).not.toHaveBeenCalled();
    expect(field().value).toBe('half a sen');

    await user.click(within(nav()).getByRole('link', { name: /^Joe/ }));
    await user.type(field('Joe'), 'on its way{Enter}');
    await askToSignOut(user);
    const both = await screen.findByRole('dialog', { name: '1 message was not sent' });
    expect(both.textContent).toContain('You have begun another one.If you sign out now, they are lost.');
    await user.click(within(both).getByRole('button', { name: 'Sign out anyway' }));
    expect(signOut).toHaveBeenCalledOnce();
  });

  it('asks, too, before it forgets what another tab has not sent', async () => {
    const signOut = vi.fn(async () => undefined);
    chat.addHistory('0', '1', 'mine');
    const user = await showChatPage(chat, '/chat/0', signOut);
    const id = chat.find('0', 'mine').id;
    const deletion = {
      roomId: '0',
      clientId: 'of-another-tab',
      createdAt: 1,
      kind: 'delete' as const,
      id,
      notBefore: 5001,
    };
    createBrowserOutbox('1').put(deletion);
    await askToSignOut(user);
    await user.click(
      within(await screen.findByRole('dialog', { name: '1 message was not sent' })).getByRole('button', {
        name: 'Stay signed in',
      }),
    );
    expect(signOut).not.toHaveBeenCalled();
    createBrowserOutbox('1').delete(deletion.clientId);
  });

  it('sends a deletion that can be undone before it signs out, and asks nothing', async () => {
    const signOut = vi.fn(async () => undefined);
    chat.addHistory('0', '1', 'mine');
    const user = await showChatPage(chat, '/chat/0', signOut);
    await server(() => chat.client.delete('0', chat.find('0', 'mine').id, 5000));
    await askToSignOut(user);
    await server(() => chat.acknowledgeChanges('0'));
    await waitFor(() => expect(signOut).toHaveBeenCalledOnce());
    expect(screen.queryByRole('dialog')).toBeNull();
  });

  it('does not say who is there while it cannot know', async () => {
    chat.addDirect('2');
    await showChatPage(chat, '/chat/1:2');
    const main = screen.getByRole('main');
    expect(within(main).getByText('online')).toBeTruthy();
    chat.hold('sync');
    const noNetwork = () => void window.dispatchEvent(new Event('offline'));
    for (const happens of [noNetwork, () => chat.loseConnection()]) {
      await server(happens);
      expect(within(main).getByText('presence unknown')).toBeTruthy();
      expect(within(nav()).getByRole('link', { name: 'Joe presence unknown' })).toBeTruthy();
      expect(within(people()).getByRole('list', { name: 'Online before the connection was lost' })).toBeTruthy();
      expect(document.querySelectorAll('nav ul [data-online="true"], section [data-online="true"]')).toHaveLength(0);
    }
    expect(screen.getByRole('status', { name: 'Connection' }).textContent).toBe('Reconnecting.');
    await server(() => chat.comeBack());
    await server(() => chat.release('sync'));
    chat.hold('sync');
    await server(noNetwork);
    expect(screen.getByRole('status', { name: 'Connection' }).textContent).toBe('Offline.');
    await server(() => chat.release('sync'));
    expect(within(nav()).getByRole('link', { name: 'Joe online' })).toBeTruthy();
    expect(screen.getByRole('status', { name: 'Connection' }).textContent).toBe('');
  });
});

describe('on a small screen', () => {
  beforeEach(() => setWidth(360));

  it('shows one pane at a time and finds the way back', async () => {
    const user = await showChatPage(chat, '/chat');
    expect(screen.queryByRole('textbox')).toBeNull();
    await user.click(within(nav()).getByRole('link', { name: /^General/ }));
    expect(field()).toBeTruthy();
    expect(screen.queryByRole('navigation')).toBeNull();

    await user.click(screen.getByRole('button', { name: 'Show people' }));
    expect(people()).toBeTruthy();
    expect(screen.queryByRole('textbox')).toBeNull();
    await user.click(screen.getByRole('button', { name: 'Back' }));
    await user.click(await screen.findByRole('button', { name: 'Back to rooms' }));
    expect(await screen.findByRole('navigation', { name: 'Rooms' })).toBeTruthy();
    expect(window.location.pathname).toBe('/chat');
  });

  it('goes to the room list from a conversation opened by its address', async () => {
    const user = await showChatPage(chat, '/chat/0');
    await user.click(screen.getByRole('button', { name: 'Back to rooms' }));
    expect(nav()).toBeTruthy();
  });
});
