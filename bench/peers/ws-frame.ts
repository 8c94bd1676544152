// Peer (d): what Node.js can do with one write for each copy: the frame is made once.
import { serveRooms, write } from './ws-rooms';

serveRooms((frame, members) => {
  for (const socket of members) write(socket, frame);
});
