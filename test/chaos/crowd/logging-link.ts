import type { Message } from '@app/contracts';
import type { LinkFactory, socketLink } from '../../../libs/client/src/link';

export interface WireListener {
  heard(message: Message): void;
  acknowledged(clientId: string, message: Message): void;
}

/** The client's real link, with somebody listening in on what the server says. */
export function loggingLink(url: string, cookie: string, listener: WireListener, link: typeof socketLink): LinkFactory {
  const create = link(url, { extraHeaders: { cookie } });
  return (handlers) => {
    const link = create({
      ...handlers,
      heard: (event, payload) => {
        if (event === 'message') listener.heard(payload as Message);
        handlers.heard(event, payload);
      },
    });
    return {
      ...link,
      call: async (event, payload, timeoutMs) => {
        const answer = await link.call(event, payload, timeoutMs);
        const { ok, message } = answer as { ok?: boolean; message?: Message };
        if (event === 'message' && ok && message) {
          listener.acknowledged((payload as { clientId: string }).clientId, message);
        }
        return answer;
      },
    };
  };
}
