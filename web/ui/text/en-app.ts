/** English: what belongs to the client as an installed program, and to notifications. */
export const app = {
  'build.ready': 'A new version is ready.',
  'build.take': 'Reload',
} as const;
