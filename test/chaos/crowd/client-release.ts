import { join } from 'node:path';
import { ChatClient } from '@app/client';
import { socketLink } from '../../../libs/client/src/link';

/** The client library of a release. */
export interface ClientRelease {
  ChatClient: typeof ChatClient;
  socketLink: typeof socketLink;
}

const THIS: ClientRelease = { ChatClient, socketLink };

/** Those that people use, in turn. @param previous a checkout of the previous release, built */
export function clientsOf(previous: string | undefined): ClientRelease[] {
  if (previous === undefined) return [THIS];
  const library = join(previous, 'dist/libs/client/src');
  return [THIS, { ...require(join(library, 'chat-client.js')), ...require(join(library, 'link.js')) }];
}
