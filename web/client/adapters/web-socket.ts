/** The push socket over the platform's WebSocket; handlers are called later, never from within. */
import type { OpenSocket } from '../ports.ts';

/** The part of `WebSocket` that is used, the same in browsers and node. */
interface Platform {
  readonly readyState: number;
  send(text: string): void;
  close(): void;
  addEventListener(type: 'open' | 'close' | 'error', heard: () => void): void;
  addEventListener(type: 'message', heard: (event: { data: unknown }) => void): void;
}
const OPEN = 1;

export function openSockets(make: () => Platform): OpenSocket {
  return ({ onOpen, onText, onClose }) => {
    const socket = make();
    let over = false;
    const end = () => {
      if (!over) onClose();
      over = true;
    };
    socket.addEventListener('open', () => over || onOpen());
    socket.addEventListener('message', ({ data }) => over || (typeof data === 'string' ? onText(data) : end()));
    socket.addEventListener('close', end);
    socket.addEventListener('error', end);
    return {
      send(text) {
        if (socket.readyState === OPEN) socket.send(text);
      },
      close() {
        over = true;
        socket.close();
      },
    };
  };
}
