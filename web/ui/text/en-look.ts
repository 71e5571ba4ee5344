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

  'look.edit': 'Change name, colour and picture',
  'look.title': 'Name, colour and picture',
} as const;
