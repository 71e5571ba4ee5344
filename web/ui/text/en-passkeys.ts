/** The strings about passkeys, which are loaded with the screens that offer them. */
export const passkeys = {
  'passkeys.title': 'Passkeys',
  'passkeys.more':
    'A passkey opens your chats with your fingerprint, your face or the PIN of your device, instead of password or recovery code. You still sign in with your password.',
  'passkeys.none-here': 'This browser, or this address, cannot make passkeys that hold keys.',
  'passkeys.add': 'Add a passkey',
  'passkeys.add-title': 'Add a passkey',
  'passkeys.add-more':
    'Your browser asks where to keep it: on this device, on your phone, or in your password manager.',
  'passkeys.name': 'Name',
  'passkeys.name-hint': 'So that you know it again, for example “Phone” or “Blue security key”.',
  'passkeys.go': 'Go on',
  'passkeys.waiting': 'Waiting for your browser…',
  'passkeys.added-done': '{name} opens your chats from now on.',
  'passkeys.added': 'Added {date}',
  'passkeys.used': 'last used {time}',
  'passkeys.unused': 'not used yet',
  'passkeys.unnamed': 'Passkey without a name',
  'passkeys.remove': 'Remove',
  'passkeys.remove-label': 'Remove: {name}',
  'passkeys.remove-title': 'Remove {name}?',
  'passkeys.remove-more': 'It opens your chats no more. Your password and your recovery code still do.',
  'passkeys.removed': '{name} is removed.',
  'passkeys.open': 'Unlock with a passkey',
} as const;
