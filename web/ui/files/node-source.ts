/**
 * Files from the own node. What is played or saved goes through the service worker, which opens it as it comes; the page hands it what it
 * needs, and again when the browser has ended it meanwhile.
 */
import type { ChatId } from '../../../protocol/ids.ts';
import { createFetchBlob } from '../../client/files/fetching.ts';
import { type Reading, readSealed } from '../../client/files/reading.ts';
import { FILE_PATH, type FileForWorker, type ToFileWorker } from '../../client/files/stream-talk.ts';
import type { SealedBlob } from '../../client/files/views.ts';
import type { StoredFile } from './stored.ts';

export function readFromNode(chat: ChatId, sealed: SealedBlob): Reading {
  const fetchBlob = createFetchBlob('', chat, (url, init) => fetch(url, init));
  return readSealed(sealed, { fetchBlob, pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)) });
}

const handed = new Map<string, FileForWorker>();
let listening = false;

export async function addressOf(chat: ChatId, file: StoredFile, forSaving: boolean): Promise<string | null> {
  const worker = await controller();
  if (!worker) return null;
  listen();
  const token = crypto.randomUUID();
  const { name, type, sealed } = file;
  const what = { chat, name, type, sealed, forSaving };
  handed.set(token, what);
  await answered(worker, { t: 'file', token, file: what });
  return `${FILE_PATH}${token}`;
}

/** Null: this browser, or this page, has no service worker. */
async function controller(): Promise<ServiceWorker | null> {
  if (!('serviceWorker' in navigator)) return null;
  const { serviceWorker } = navigator;
  if (serviceWorker.controller) return serviceWorker.controller;
  // A page that was loaded past it (by a forced reload) is not served by it.
  const registration = await serviceWorker.getRegistration();
  return registration ? claimed() : null;
}

/** It takes the page over a moment after it was first installed. */
function claimed(): Promise<ServiceWorker | null> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(null), 4_000);
    navigator.serviceWorker.addEventListener(
      'controllerchange',
      () => {
        clearTimeout(timer);
        resolve(navigator.serviceWorker.controller);
      },
      { once: true },
    );
  });
}

function answered(worker: ServiceWorker, message: ToFileWorker): Promise<void> {
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve) => {
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    worker.postMessage(message, [port2]);
  });
}

/** The browser ends a service worker at will, and with it what it was told. */
function listen(): void {
  if (listening) return;
  listening = true;
  navigator.serviceWorker.addEventListener('message', ({ data, ports }) => {
    if (data?.t !== 'file?' || typeof data.token !== 'string') return;
    const file = handed.get(data.token);
    if (file) ports[0]?.postMessage(file);
  });
}
