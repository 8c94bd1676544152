import { ChatApi } from './api';
import { ChatClient } from './chat-client';
import type { ChatClientOptions } from './types';

/** Keeps a server's cookies where nothing else does: in Node.js. */
export class CookieJar {
  private readonly cookies = new Map<string, string>();

  /** The header, as it is to be sent now. */
  get cookie(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  /** Like the global one, with the cookies. */
  readonly fetch: typeof fetch = async (input, init) => {
    const headers = new Headers(init?.headers);
    if (this.cookies.size > 0) headers.set('cookie', this.cookie);
    const response = await fetch(input, { ...init, headers });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=;]+)=([^;]*)/.exec(line) ?? [];
      if (value) this.cookies.set(name, value);
      else this.cookies.delete(name);
    }
    return response;
  };
}

/**
 * Signs in from Node.js. A browser keeps cookies by itself: there, `api.signIn` and `new ChatClient` are enough.
 * @param url the server's origin
 * @returns the user's client, not connected yet
 * @throws ChatError `unauthorized` for a wrong name or password, `rate_limited`, `unavailable`
 */
export async function signIn(
  url: string,
  username: string,
  password: string,
  options: Pick<ChatClientOptions, 'outbox' | 'socketOptions'> = {},
): Promise<ChatClient> {
  const jar = new CookieJar();
  const user = await new ChatApi({ url, fetch: jar.fetch }).signIn(username, password);
  const extraHeaders = { ...options.socketOptions?.extraHeaders, cookie: jar.cookie };
  const socketOptions = { ...options.socketOptions, extraHeaders };
  return new ChatClient(user, { ...options, url, fetch: jar.fetch, socketOptions });
}
