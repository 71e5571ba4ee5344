// The browser that tests drive: real Chromium, the system's where there is one, else the one that comes from the registry
// with @sparticuz/chromium, so that tests need nothing else. CONCLAVE_BROWSER says which: `system`, `bundled` or a path.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { delimiter, dirname, isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Browser, chromium, type LaunchOptions } from 'playwright-core';

const root = fileURLToPath(new URL('..', import.meta.url));
const howToGetOne =
  'Install Chromium or Google Chrome, or set CONCLAVE_BROWSER to the path of one; ' +
  'on Linux x64, CONCLAVE_BROWSER=bundled uses the one that `npm ci` brings.';

const systemNames = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome.exe'];
const systemPlaces = [
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
];

/** No sandbox and no zygote so that it runs as root in a container; microphone and camera are pretended. */
const browserArguments = [
  '--no-sandbox',
  '--no-zygote',
  '--disable-gpu',
  '--use-fake-ui-for-media-stream',
  '--use-fake-device-for-media-stream',
];

interface Executable {
  path: string;
  env: Record<string, string>;
}

/** Starts a browser without a window. Throws a sentence that says what to install where there is none. */
export async function launchBrowser(options: LaunchOptions = {}): Promise<Browser> {
  const executable = await findBrowser(process.env.CONCLAVE_BROWSER);
  return chromium.launch({
    ...options,
    executablePath: executable.path,
    env: { ...process.env, ...executable.env, ...options.env },
    args: [...browserArguments, ...(options.args ?? [])],
  });
}

/** The browser that `wish` names: `bundled`, `system`, a path, or (nothing) whichever is there. */
export async function findBrowser(wish: string | undefined): Promise<Executable> {
  if (wish === 'bundled') return bundledBrowser();
  if (wish !== undefined && wish !== '' && wish !== 'system') return browserAt(wish);
  const path = systemBrowser();
  if (path !== undefined) return { path, env: {} };
  if (wish === 'system') throw new Error(`This system has no Chromium. ${howToGetOne}`);
  return bundledBrowser();
}

function browserAt(path: string): Executable {
  if (!existsSync(path)) {
    throw new Error(`CONCLAVE_BROWSER is "${path}", which is neither bundled, nor system, nor a file. ${howToGetOne}`);
  }
  return { path, env: {} };
}

function systemBrowser(): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter).filter(isAbsolute);
  const onPath = folders.flatMap((folder) => systemNames.map((name) => join(folder, name)));
  return [...onPath, ...systemPlaces].find((path) => existsSync(path));
}

/**
 * Unpacked once, below node_modules and never in the shared temporary folder, where anybody could have put another
 * program; under another name first, so that two processes that unpack at once both find a whole one.
 */
async function bundledBrowser(): Promise<Executable> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error(`No browser is bundled for ${process.platform}-${process.arch}. ${howToGetOne}`);
  }
  const cache = join(root, 'node_modules', '.cache', 'conclave');
  const folder = join(cache, `chromium-${bundledVersion()}`);
  if (!existsSync(folder)) await unpackInto(cache, folder);
  const path = join(folder, 'chromium');
  return { path, env: existsSync('/etc/fonts/fonts.conf') ? {} : { FONTCONFIG_PATH: join(folder, 'fonts') } };
}

function bundledVersion(): string {
  const entry = fileURLToPath(import.meta.resolve('@sparticuz/chromium'));
  const packageFile = join(dirname(dirname(entry)), 'package.json');
  return (createRequire(import.meta.url)(packageFile) as { version: string }).version;
}

/** The package unpacks to the temporary folder of its process and nowhere else, so it gets a process of its own. */
async function unpackInto(cache: string, folder: string): Promise<void> {
  await mkdir(cache, { recursive: true });
  const staging = await mkdtemp(join(cache, 'unpack-'));
  const script = `import chromium from '@sparticuz/chromium'; await chromium.executablePath();`;
  const env = { ...process.env, TMPDIR: staging };
  await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], { cwd: root, env });
  try {
    await rename(staging, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
    await rm(staging, { recursive: true, force: true });
  }
}
