/**
 * The service worker's own world, as far as it is used here: the compiler's types for it cannot stand beside those of a page.
 */
interface Extendable {
  /** The browser keeps the worker alive until then. */
  waitUntil(work: Promise<unknown>): void;
}
export interface FetchEvent extends Extendable {
  readonly request: Request;
  readonly clientId: string;
  respondWith(answer: Response | Promise<Response>): void;
}
export interface PageMessage extends Extendable {
  readonly data: unknown;
  readonly source: PageWindow | null;
  readonly ports: readonly MessagePort[];
}

/** An open page of this client. */
export interface PageWindow {
  readonly id: string;
  readonly url: string;
  readonly focused: boolean;
  readonly visibilityState: 'visible' | 'hidden';
  focus(): Promise<PageWindow>;
  postMessage(message: unknown, transfer?: Transferable[]): void;
}

interface PushEvent extends Extendable {
  readonly data: { text(): string } | null;
}
interface NoteClick extends Extendable {
  readonly notification: Notification;
}

interface Events {
  install: Extendable;
  activate: Extendable;
  fetch: FetchEvent;
  message: PageMessage;
  push: PushEvent;
  notificationclick: NoteClick;
}

export interface WorkerScope {
  readonly location: Location;
  readonly registration: ServiceWorkerRegistration;
  readonly clients: {
    claim(): Promise<void>;
    matchAll(which: { type: 'window'; includeUncontrolled: boolean }): Promise<readonly PageWindow[]>;
    openWindow(url: string): Promise<PageWindow | null>;
  };
  skipWaiting(): Promise<void>;
  addEventListener<K extends keyof Events>(name: K, listener: (event: Events[K]) => void): void;
}

export const scope = self as unknown as WorkerScope;
