/**
 * The one table of refusals: code, HTTP status, exit code of the CLI, and a sentence a person understands.
 * A new code does not compile until it has all of them. Exit codes: 2 bad input, 3 not allowed, 4 not there,
 * 5 conflict, 6 too much, 7 try again later, 8 broken data from elsewhere.
 */
interface Row {
  readonly status: 400 | 401 | 403 | 404 | 409 | 410 | 413 | 415 | 416 | 421 | 423 | 429 | 502 | 503;
  readonly exit: 2 | 3 | 4 | 5 | 6 | 7 | 8;
  readonly sentence: string;
}

function row(status: Row['status'], exit: Row['exit'], sentence: string): Row {
  return { status, exit, sentence };
}

export const REFUSALS = {
  // bytes and shapes
  malformed: row(400, 2, 'The data is not in the form that Conclave uses. Update the program that sent it.'),
  not_canonical: row(400, 2, 'The data is not in its one canonical form. Update the program that sent it.'),
  too_big: row(413, 6, 'That is larger than allowed. Make it smaller and try again.'),
  unknown_version: row(400, 8, 'That comes from a newer version of Conclave. Update this one to read it.'),
  bad_key: row(400, 8, 'A public key in the data is not usable.'),
  bad_signature: row(400, 8, 'A signature does not fit. The data was altered or comes from somebody else.'),
  bad_input: row(400, 2, 'A value is missing or not allowed. The detail says which one and what is allowed.'),
  // identity and network
  bad_record: row(400, 8, 'The organisation record is not valid.'),
  record_expired: row(400, 8, 'The organisation record has expired. Its node must be running to renew it.'),
  record_older: row(409, 8, 'A newer record of that organisation is already known.'),
  wrong_organisation: row(409, 3, 'That address now belongs to another organisation. An administrator must decide.'),
  bad_ticket: row(400, 2, 'The ticket is not valid or was used already. Ask the partner for a new one.'),
  not_connected: row(503, 7, 'That organisation is not reachable now. Try again later.'),
  network_off: row(403, 3, 'Your organisation has switched Network access off.'),
  network_not_allowed: row(
    403,
    3,
    'Network access does not allow that organisation. Ask an administrator of both sides.',
  ),
  outsiders_not_allowed: row(
    403,
    3,
    'Your account may not bring in people of other organisations. Ask an administrator.',
  ),
  address_unknown: row(404, 4, 'There is nobody to be reached under that address.'),
  bad_address: row(400, 2, 'That is not an address. Addresses look like bob@globex.example.'),
  unknown_peer: row(404, 4, 'That organisation is not known here. See "conclave peer list".'),
  // logs
  bad_chain: row(400, 8, 'A block does not continue its log.'),
  bad_clock: row(400, 8, 'A time stamp does not fit the ones before it.'),
  ahead_of_clock: row(400, 7, 'A time stamp lies too far in the future. Check the clocks of both machines.'),
  wrong_log: row(400, 8, 'The entry belongs to another log.'),
  log_sealed: row(409, 5, 'That log is closed. Nothing more can be written in it.'),
  forked: row(409, 8, 'Two different versions of that log exist. It has been stopped to protect the chat.'),
  read_only: row(
    423,
    5,
    'This chat is read-only on your node: it was restored from a backup or runs twice. Ask an administrator.',
  ),
  missing_part: row(409, 7, 'An earlier part is still missing. It will be fetched.'),
  too_old_position: row(409, 8, 'That position lies outside what is kept.'),
  // chats
  not_found: row(404, 4, 'That does not exist, or you have no access to it.'),
  not_allowed: row(403, 3, 'You do not have the right to do that in this chat.'),
  not_member: row(403, 3, 'That account is not in this chat.'),
  already_member: row(409, 5, 'That account is in this chat already.'),
  already_invited: row(409, 5, 'That account is invited already.'),
  not_invited: row(409, 5, 'There is no open invitation.'),
  not_acceptable: row(400, 2, 'That is not possible in a chat of this kind.'),
  stale_head: row(409, 7, 'The chat has changed in the meantime. Try again.'),
  stale_key_material: row(409, 7, 'The keys have changed in the meantime. Try again.'),
  past_cut: row(409, 5, 'Not delivered: you were removed from the chat before.'),
  duplicate_request: row(409, 5, 'That request was already answered.'),
  last_owner: row(409, 5, 'The chat needs an owner. Make somebody else owner first.'),
  too_many_members: row(409, 6, 'The chat has as many members as it can hold.'),
  hub_away: row(503, 7, 'The node that keeps the member list is not reachable. It will be done when it is back.'),
  chat_closed: row(410, 5, 'This chat is closed.'),
  suite_not_allowed: row(400, 2, 'That kind of encryption is not allowed in this chat.'),
  // accounts
  not_signed_in: row(401, 3, 'Sign in first.'),
  bad_login: row(401, 3, 'The name or the password is not right.'),
  locked_out: row(429, 7, 'Too many failed attempts. Wait a few minutes, or ask an administrator for a new link.'),
  account_disabled: row(403, 3, 'This account is switched off. Ask an administrator.'),
  name_taken: row(409, 5, 'That name is taken. Choose another.'),
  bad_name: row(
    400,
    2,
    'Names have 1 to 64 letters, digits, dots, dashes or underscores, and begin with a letter or digit.',
  ),
  bad_invitation: row(404, 4, 'The link is not valid, was used already, or has expired. Ask for a new one.'),
  not_administrator: row(403, 3, 'Only an administrator can do that.'),
  last_administrator: row(409, 5, 'The organisation needs an administrator. Make somebody else one first.'),
  unknown_account: row(404, 4, 'There is no such account. See "conclave account list".'),
  unknown_token: row(404, 4, 'There is no such token. See "conclave account token list".'),
  scope_missing: row(403, 3, 'This token was not made for that. Make one with the right scope.'),
  phrase_wrong: row(400, 2, 'Those are not the words. Type them exactly as they were shown.'),
  phrase_confirmed: row(409, 5, 'The recovery phrase was confirmed already and is not kept by the node.'),
  // edges
  rate_limited: row(429, 7, 'Too many requests. Wait a moment and try again.'),
  overloaded: row(503, 7, 'The node is busy. Try again in a moment.'),
  wrong_origin: row(403, 3, 'The request came from another web site and was not carried out.'),
  wrong_host: row(421, 2, 'This node does not serve that host name. Check "web.host" in its configuration.'),
  bad_config: row(400, 2, 'The configuration is not valid. The detail names the key, the value and what is allowed.'),
  in_use: row(409, 5, 'That port or folder is in use by another program.'),
  not_running: row(503, 7, 'The node is not running. Start it with "npm start".'),
  running: row(409, 5, 'The node is running. Stop it first.'),
  newer_data: row(
    409,
    5,
    'The data folder was written by a newer version of Conclave. Run that version, or a newer one.',
  ),
  node_unreachable: row(503, 7, 'Your node cannot be reached now. What you wrote is kept. Try again in a moment.'),
  token_of_person: row(403, 3, "Tokens of a person's account are made by that person, signed in, under Settings."),
  bot_has_no_password: row(400, 2, 'A bot has no password to reset. It signs in with a token.'),
  // identity of accounts
  bad_card: row(400, 8, 'The keys that an account states are not valid.'),
  card_older: row(409, 8, 'Newer keys of that account are already known.'),
  identity_forked: row(409, 8, 'The keys of that account do not follow the ones that are known. Compare the numbers.'),
  identity_reset: row(409, 5, 'That account was reset and has new keys. Somebody in the chat must admit it again.'),
  suspended: row(403, 3, 'That account was reset. It can take part again when somebody in the chat admits it.'),
  bad_device: row(403, 3, 'That device does not belong to the account. Sign in again.'),
  vault_conflict: row(409, 7, 'Another of your devices has changed your keys in the meantime. Try again.'),
  // sealing
  no_key: row(409, 7, 'The key for that is not here yet. It is asked for from the other members.'),
  bad_wrap: row(400, 8, 'A key that was sent does not fit. It is asked for again.'),
  cannot_open: row(400, 8, 'That does not open with its key. It was altered, or sealed wrongly.'),
  vault_broken: row(400, 8, 'Your keys cannot be read from what the node keeps. It was altered or damaged.'),
  vault_rolled_back: row(409, 8, 'The node has handed out an older copy of your keys. Ask an administrator.'),
  wrong_code: row(400, 2, 'That password or recovery code does not open your keys. Check it and type it again.'),
  incomplete_key_material: row(400, 8, 'Keys for some of the members are missing in the request. Try again.'),
  vault_locked: row(423, 3, 'Your keys are locked on this device. Unlock them with your password or recovery code.'),
  keys_missing: row(409, 5, 'That person has no keys yet. They are made at the first log-in.'),
  // files on a device
  file_changed: row(409, 5, 'The file was changed or taken away while it was read. Attach it again.'),
  device_full: row(409, 6, 'This device has no room to keep the file until it is sent. Free some and try again.'),
  file_lost: row(409, 5, 'The page was closed before the file was read to its end. Attach it again.'),
  // files
  file_too_big: row(
    413,
    6,
    'That file is larger than your node takes. The detail says how many bytes a file may have.',
  ),
  account_full: row(413, 6, 'There is no room left for your files. Delete some, or ask an administrator for more.'),
  node_full: row(413, 6, 'Your node has no room left for files. Ask an administrator.'),
  disk_full: row(413, 6, 'The disk of your node is almost full. Ask an administrator.'),
  too_many_uploads: row(429, 7, 'Too many files are being uploaded at once. Wait until some are done.'),
  upload_offset: row(409, 7, 'The upload stands at another place. Ask where, and go on from there.'),
  blob_unknown: row(409, 5, 'A file of the message is not on your node. Upload it again.'),
  blob_away: row(503, 7, 'The file is with organisations that cannot be reached now. Try again later.'),
  blob_gone: row(410, 5, 'None of the organisations in this chat has the file any more.'),
  range_not_satisfiable: row(416, 2, 'The file ends before that.'),
  // passkeys
  passkey_cancelled: row(400, 2, 'No passkey was used: that was cancelled, or took too long. Try again.'),
  passkey_without_prf: row(400, 2, 'That passkey cannot hold keys. Use another device or password manager for it.'),
  passkey_of_other: row(400, 2, 'That passkey belongs to another account. Choose the one of this account.'),
  passkey_wrong: row(400, 2, 'That passkey does not open your keys. It may have been removed. Use another way.'),
  passkey_exists: row(409, 5, 'There is a passkey for this account on that device already.'),
} as const satisfies Record<string, Row>;

export type RefusalCode = keyof typeof REFUSALS;

export function isRefusalCode(code: string): code is RefusalCode {
  return Object.hasOwn(REFUSALS, code);
}

/** The code's number on the wire is its place in this list: append only. */
export const REFUSAL_CODES = Object.keys(REFUSALS) as RefusalCode[];
