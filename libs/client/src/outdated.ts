import { ChatError, PROTOCOL_VERSION } from '@app/contracts';

/** An answer of the server's that makes no sense here. Asking again would not help: a newer client is needed. */
export function notUnderstood(): ChatError {
  return new ChatError('outdated', 'The answer of the server is not understood: this client is too old for it');
}

/** Whether a newer client is needed. */
export function isOutdated(error: unknown): boolean {
  return error instanceof ChatError && error.code === 'outdated';
}

/** Whether a server speaks a later version of the protocol: it takes this client for the demo's. */
export function speaksLater(protocol: number | undefined): boolean {
  return protocol !== undefined && protocol > PROTOCOL_VERSION;
}
