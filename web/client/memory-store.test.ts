import { describe, expect, test } from 'vitest';
import { createMemoryStore } from './memory-store.ts';
import { STORE_CONTRACT } from './store-contract.ts';

describe('the store in memory', () => {
  test.each(Object.keys(STORE_CONTRACT))('%s', async (name) => {
    const store = createMemoryStore();
    await expect(STORE_CONTRACT[name]?.(async () => store)).resolves.toBeUndefined();
  });
});
