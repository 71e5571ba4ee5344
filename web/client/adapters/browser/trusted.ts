/** Where a page may start no script by its name alone, this one is said to be ours. */
interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { createScriptURL: (url: string) => string },
  ): { createScriptURL(url: string): string };
}

export function trusted(url: string): string {
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes };
  return trustedTypes?.createPolicy('messenger', { createScriptURL: (same) => same }).createScriptURL(url) ?? url;
}
