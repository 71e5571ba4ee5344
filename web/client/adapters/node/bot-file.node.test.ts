import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { KEY_STORE_CONTRACT } from '../../key-store-contract.ts';
import { createMemoryKeys } from '../memory-keys.ts';
import { makeBotFile, openBotFile } from './bot-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'conclave-bot-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let made = 0;
const newPath = () => join(folder, `${made++}.json`);
const draw = async () => ({ node: 'http://127.0.0.1:8440', token: 'secret' });

async function fileMade(): Promise<string> {
  const path = newPath();
  await makeBotFile(path, draw);
  return path;
}

describe("the keys in a bot's file", () => {
  test.each(Object.keys(KEY_STORE_CONTRACT))('%s', async (name) => {
    const path = await fileMade();
    await expect(KEY_STORE_CONTRACT[name]?.(async () => openBotFile(path).keys)).resolves.toBeUndefined();
  });

  test('are never ones that another store drew', async () => {
    const { keys } = openBotFile(await fileMade());
    const foreign = await createMemoryKeys().fresh();
    const none = new Uint8Array();
    const rest = { org: 'o', account: 'a', device: 'd', wrapped: { nonce: none, ciphertext: none } } as never as object;
    await expect(keys.write({ ...rest, ...foreign, vault: none, identity: none } as never)).rejects.toThrow('not made');
  });
});

describe("a bot's file", () => {
  test('is for its owner alone, and keeps that with every write, with nothing beside it', async () => {
    const path = await fileMade();
    openBotFile(path).keepCode('ABCD');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(openBotFile(path)).toMatchObject({ ...(await draw()), code: 'ABCD' });
    expect(readdirSync(folder).filter((name) => name.endsWith('.new'))).toEqual([]);
  });

  test.each([0o644, 0o640, 0o604, 0o620])('is refused with mode %o, also between two writes', async (mode) => {
    const path = await fileMade();
    const open = openBotFile(path);
    chmodSync(path, mode);
    expect(() => openBotFile(path)).toThrow(/can be read by others.*chmod 600/);
    expect(() => open.keepCode('ABCD')).toThrow(/can be read by others/);
  });

  test('is not written over another, and is not there after a failure', async () => {
    const path = await fileMade();
    const before = readFileSync(path, 'utf8');
    await expect(makeBotFile(path, draw)).rejects.toThrow(/EEXIST/);
    expect(readFileSync(path, 'utf8')).toBe(before);
    const other = newPath();
    await expect(makeBotFile(other, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(existsSync(other)).toBe(false);
  });

  test.each(['', 'null', '{"v":1}', '{"v":2,"node":"http://x","token":"t","code":null,"keys":null}'])(
    'is refused when it is something else: %s',
    async (text) => {
      const path = newPath();
      writeFileSync(path, text, { mode: 0o600 });
      expect(() => openBotFile(path)).toThrow(/not the file of a bot/);
      expect(() => openBotFile(`${path}.none`)).toThrow(/ENOENT/);
    },
  );
});
