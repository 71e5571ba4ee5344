/** What the files of a data folder are called: the node makes them, the command line finds them. */
export const DATA_FILES = {
  database: 'node.db',
  /** Folder of the files that chats name, and of what is being uploaded. */
  blobs: 'blobs',
  /** Operational key, and the recovery phrase until it is confirmed. */
  keys: 'keys.json',
  /** Who may open it is an administrator: mode 0600. */
  adminSocket: 'admin.sock',
  /** Read when no other configuration is named. */
  configuration: 'conclave.toml',
} as const;
