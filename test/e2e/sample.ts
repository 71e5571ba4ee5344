// The screens on invented data (web/sample.html), built as the web client is and served with the node's content security policy,
// for tests that look at them in a real browser.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname } from 'node:path';
import type { BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { securityHeaders } from '../../server/http/headers.ts';
import { launchBrowser } from '../browser.ts';
import { buildWeb } from './web-build.ts';

const types: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' };
export interface Sample {
  /** Opens a scene in a window of its own; `complaints` gets what the page writes to the console as wrong. */
  open(
    where: { scene: string; place: string; theme?: 'light' | 'dark' | 'contrast' },
    options?: BrowserContextOptions,
  ): Promise<Page>;
  readonly complaints: string[];
  close(): Promise<void>;
}

export async function openSample(): Promise<Sample> {
  const server = await serve(await buildSample());
  const browser = await launchBrowser();
  const complaints: string[] = [];
  const contexts = new Map<string, BrowserContext>();
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/sample.html`;
  return {
    complaints,
    async open({ scene, place, theme = 'light' }, options = {}) {
      const kind = JSON.stringify(options);
      const context = contexts.get(kind) ?? (await browser.newContext({ reducedMotion: 'reduce', ...options }));
      contexts.set(kind, context);
      const page = await newPage(context, complaints);
      await page.goto(`${base}?scene=${scene}&theme=${theme}${place}`);
      return page;
    },
    async close() {
      await browser.close();
      await new Promise((closed) => server.close(closed));
    },
  };
}

async function newPage(context: BrowserContext, complaints: string[]): Promise<Page> {
  const page = await context.newPage();
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().includes('favicon')) complaints.push(message.text());
  });
  return page;
}

async function buildSample(): Promise<Map<string, string | Uint8Array>> {
  const files = await buildWeb('sample.html');
  return new Map(files.map((file) => [`/${file.fileName}`, file.type === 'chunk' ? file.code : file.source]));
}

async function serve(files: Map<string, string | Uint8Array>): Promise<Server> {
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://sample').pathname;
    const content = files.get(path);
    const type = types[extname(path)] ?? 'application/octet-stream';
    response.writeHead(content === undefined ? 404 : 200, {
      'content-type': type,
      ...securityHeaders(false),
    });
    response.end(content ?? '');
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return server;
}
