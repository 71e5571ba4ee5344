/** The strings of the screens about looks: pictures, appearance, shortcuts, invitations. Loaded with them. */
export const look = {
  'picture.choose': 'Choose picture',
  'picture.other': 'Another picture',
  'picture.remove': 'Remove picture',
  'picture.removed': 'The picture is taken away when you save.',
  'picture.hint':
    'It is cut and made small on this device. Nothing else of the file is sent, neither place nor camera.',
  'picture.cut': 'Cut-out of the picture',
  'picture.cut-more': 'Drag it or use the arrow keys; plus and minus bring it closer.',
  'picture.zoom': 'Closer',
  'picture.wrong-kind': 'That is not a picture that can be used here. Take a PNG, JPEG, WebP or GIF.',
  'picture.wrong-svg': 'Drawings in SVG can hold scripts and are not taken. Take a PNG, JPEG or WebP.',
  'picture.wrong-heavy': 'That file is larger than 32 MB. Take a smaller one.',
  'picture.wrong-huge': 'That picture has more than 40 million pixels, which is not opened here. Take a smaller one.',
  'picture.wrong-broken': 'That picture is damaged and cannot be opened.',
  'picture.wrong-small': 'This browser could not make the picture small enough. Take another one.',

  'reason.network_off':
    'Your organisation has switched Network access off. An administrator can allow partners under Administration, Network access.',
  'reason.network_not_allowed':
    'Your Network access does not allow that organisation. An administrator can add it under Administration, Partners.',
  'reason.outsiders_not_allowed':
    'Your account may not bring in people of other organisations. An administrator can allow it under Administration, Accounts.',
  'reason.not_connected':
    'That organisation’s node cannot be reached, or does not accept yours. Try later, or ask its people to add your organisation as a partner.',
  'reason.address_unknown':
    'There is nobody to be reached under that address. Check it; or its organisation does not let itself be found: ask to be invited from there.',
  'paste.busy': 'Looking up the addresses',
  'paste.missed': 'Not added',

  'wait.person': 'no answer yet',
  'wait.organisation': 'waits for {organisation}’s node',
  'wait.hub':
    '{count, plural, one {# request waits} other {# requests wait}} for {organisation}’s node, which keeps the member list.',
  'again.do': 'Invite again',
  'again.title': 'Invite {name} again',
  'again.more': 'The invitation before is withdrawn, and a new one with 30 days takes its place.',

  'look.accepted-for-you':
    'You did not accept the invitation yourself: an administrator has set that those of {organisation} are taken up without asking.',
  'appearance.theme': 'Theme',
  'appearance.theme-system': 'As the system',
  'appearance.theme-light': 'Light',
  'appearance.theme-dark': 'Dark',
  'appearance.theme-contrast': 'High contrast',
  'appearance.size': 'Text',
  'appearance.size-normal': 'Normal',
  'appearance.size-large': 'Large',
  'appearance.size-larger': 'Larger',
  'appearance.motion': 'Motion',
  'appearance.motion-system': 'As the system',
  'appearance.motion-less': 'Less',

  'shortcuts.title': 'Keyboard',
  'shortcuts.more': 'What keys do, everywhere in the window.',
  'shortcuts.open': 'Show keys',
  'shortcuts.letters': 'Keys without Ctrl or Alt',
  'shortcuts.anywhere': 'Anywhere',
  'shortcuts.lists': 'In lists',
  'shortcuts.writing': 'While writing',
  'shortcuts.switch': 'Go to a chat or a person',
  'shortcuts.up': 'Chat above',
  'shortcuts.down': 'Chat below',
  'shortcuts.unread-up': 'Unread chat above',
  'shortcuts.unread-down': 'Unread chat below',
  'shortcuts.help': 'This sheet',
  'shortcuts.help-typing': 'This sheet, while writing too',
  'shortcuts.leave': 'Leave what is open',
  'shortcuts.move': 'Move',
  'shortcuts.enter': 'Open',
  'shortcuts.menu': 'Options',
  'shortcuts.send': 'Send',
  'shortcuts.line': 'New line',
  'shortcuts.mention': 'Mention a member',

  'switch.title': 'Go to',
  'switch.field': 'Name of a chat or a person',
  'switch.found': '{count, plural, =0 {Nobody and nothing found.} one {# found} other {# found}}',

  'look.edit': 'Change name, colour and picture',
  'look.title': 'Name, colour and picture',
} as const;
