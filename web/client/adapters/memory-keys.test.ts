import { describe, expect, test } from 'vitest';
import { KEY_STORE_CONTRACT } from '../key-store-contract.ts';
import { createMemoryKeys } from './memory-keys.ts';

describe('the keys in memory', () => {
  test.each(Object.keys(KEY_STORE_CONTRACT))('%s', async (name) => {
    const keys = createMemoryKeys();
    await expect(KEY_STORE_CONTRACT[name]?.(async () => keys)).resolves.toBeUndefined();
  });
});
