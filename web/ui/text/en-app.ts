/** English: what belongs to the client as an installed program, and to notifications. */
export const app = {
  'build.ready': 'A new version is ready.',
  'build.take': 'Reload',

  'notify.title': 'Notifications',
  'notify.push': 'Tell this browser of new messages while it is closed',
  'notify.learns':
    'Your browser’s push service (of Google, Mozilla, Apple or Microsoft) then learns that your node told you something and when; never from whom or what.',
  'notify.learns-host':
    'Your node tells this browser by {host}, which learns that there is something new and when; never from whom or what.',
  'notify.none': 'This browser or your node does not tell you of new messages while the page is closed.',
  'notify.denied':
    'The browser does not allow notifications for this page. Allow them in its settings, then try again.',
  'notify.failed': 'The push service could not be reached. Try again in a moment.',
  'notify.quiet': 'Quiet hours',
  'notify.from': 'From',
  'notify.to': 'To',
  'notify.zone': 'Time zone',

  'mute.menu': 'Notifications of {name}',
  'mute.title': 'Mute',
  'mute.is-until': 'Muted until {time}',
  'mute.is-forever': 'Muted',
  'mute.off': 'Unmute',
  'mute.hour': 'For 1 hour',
  'mute.hours': 'For 8 hours',
  'mute.tomorrow': 'Until tomorrow',
  'mute.forever': 'For ever',
  'level.title': 'Notify me of',
  'level.all': 'All messages',
  'level.mentions': 'Mentions only',
  'level.none': 'Nothing',

  'options.menu': 'Options of {name}',
  'options.pin': 'Pin to the top',
  'options.unpin': 'Unpin',
  'options.read': 'Mark as read',
  'options.unread': 'Mark as unread',
  'options.mute': 'Mute and notifications',
  'options.members': 'Members and details',
  'options.invite': 'Invite people',
  'options.copy': 'Copy link',
  'options.copied': 'The link is copied. Only members can open it.',
  'options.hide': 'Hide until something new comes',
  'options.hidden': 'Hidden. It comes back with the next message.',
  'options.leave': 'Leave',
} as const;
