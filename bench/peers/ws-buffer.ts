// Peer (e): the limit: all frames of a tick to a socket are one write.
import { type Members, serveRooms, write } from './ws-rooms';

const waiting = new Map<Members, Buffer[]>();

serveRooms((frame, members) => {
  if (waiting.size === 0) setImmediate(flush);
  const frames = waiting.get(members);
  if (frames) frames.push(frame);
  else waiting.set(members, [frame]);
});

function flush(): void {
  for (const [members, frames] of waiting) {
    const bytes = Buffer.concat(frames);
    for (const socket of members) write(socket, bytes);
  }
  waiting.clear();
}
