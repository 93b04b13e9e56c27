import type { ProblemCode } from '../api/types.ts';

/**
 * Problems of the API by their code. A text whose values the server did not send gives way to the server's words.
 * `_one` and `_other` are plurals, of the first value in the text.
 */
export const enProblems = {
  unauthenticated: 'Sign in first.',
  invalid_credentials: 'The e-mail address or the password is wrong.',
  invalid_refresh_token: 'The session has ended. Sign in again.',
  invalid_code: 'The code is wrong or has expired.',
  invalid_link: 'The link was used already, or has expired. Ask for a new one.',
  second_factor_required: 'One more thing: show your second factor.',
  invalid_second_factor: 'That is not right, or was used already.',
  identity_refused: 'You were not signed in there. Try again, or go another way.',
  address_proof_required: 'Type in the code that was sent to your address: then it is known to be yours.',
  account_not_active: 'This account cannot sign in at the moment. Ask those who run the service.',
  identity_in_use: 'That account signs in to another account here. Sign in to it in another way first.',
  provider_away: 'The other service cannot be asked at the moment. Try again in {{retryAfterSeconds, wait}}.',
  unknown_passkey: 'This passkey is not known here any more.',
  second_factor_needed: 'Staff need a second factor here. Set one up, or sign in with it.',
  sign_up_closed: 'This service takes no new accounts.',
  guests_not_taken: 'Watching takes an account here.',
  no_password: 'The account has no password.',
  last_second_factor: 'Staff need a second factor. Set another one up first.',
  last_way_in: 'Without it nobody could sign in to this account any more.',
  too_many_passkeys: 'There are too many passkeys. Remove one that you do not use.',
  no_email: 'The account has no e-mail address.',
  passkeys_unavailable: 'Passkeys need the service to have a name and https.',
  password_breached:
    'This password, or the word it is made from, is on the lists that thieves try first. Choose another one.',
  csrf_header_missing: 'The request did not come from this page. Load it again.',
  rights_narrowed:
    'This is about the whole catalogue, and your account works on some titles only. Ask an administrator.',
  step_up_required: 'Confirm first who you are, then do it again.',
  forbidden: 'This account may not do that. Ask an administrator if you need it.',
  account_exists: 'An account with this e-mail address exists already.',
  own_account: 'Nobody does that to their own account. Ask another administrator.',
  unproven_address: 'Nobody has shown that the address is theirs. Its owner can: by signing in with a code.',
  no_second_factor: 'The account has no second factor.',
  invitation_pending: 'This address is invited already. Send that invitation again, or withdraw it.',
  already_staff: 'This account works for the service already. Change its role instead.',
  invitation_for_another: 'The invitation is for another address. Sign in to the account that has it.',
  kids_profile: "A kids' profile may not do that. Choose another profile first.",
  profile_not_chosen: 'Choose a profile first.',
  too_many_profiles_one: 'An account has at most {{limit, number}} profile.',
  too_many_profiles_other: 'An account has at most {{limit, number}} profiles. Delete one of them first.',
  main_profile: "The main profile always stays, and is never a kids' profile.",
  limit_too_high: 'From this profile only ones can be made that see no more than it does.',
  pin_required: 'Enter the PIN.',
  wrong_pin: 'The PIN is wrong.',
  main_pin_missing: 'Give the main profile a PIN first.',
  main_pin_in_use: "The PIN of the main profile is asked for to leave kids' profiles. Change that first.",
  data_copy_under_way: 'A copy is being made already. You will get a mail when it is ready.',
  data_copy_not_ready: 'The copy is not ready yet.',
  link_expired: 'This address is not valid any more. Ask for another one.',
  last_administrator: 'Without this account nobody could run the service. Make somebody else an administrator first.',
  deletion_under_way: 'It is too late: the account is being removed.',
  guest_only: 'That is for people who watch without an account.',
  consent_outdated: 'There is a newer version of that. Read it, and decide again.',
  request_timeout: 'The request took too long to arrive. Check the connection and try again.',
  payload_too_large: 'That is more than the server accepts ({{maxBytes, bytes}}).',
  too_many_requests: 'Too many attempts. Try again in {{retryAfterSeconds, wait}}.',
  internal_error: 'Something went wrong on the server. Try again in a moment.',
  sessions_unavailable:
    'Streams cannot be started, listed or ended at the moment. Try again in {{retryAfterSeconds, wait}}.',
  not_ready: 'The server is not ready yet. Try again in a moment.',
  storage_unavailable: 'The storage of the server cannot be reached at the moment. Try again soon.',
  insufficient_storage: 'There is not enough free disk space on the server. Make room, or try again later.',
  upload_too_large: 'The file is larger than this server accepts ({{maxBytes, bytes}}).',
  upload_type_not_allowed: '{{filename}} is not a video.',
  upload_checksum_mismatch: 'The data was damaged on its way. Send it again.',
  upload_offset_conflict: 'The server has another part of this file. The upload goes on from what was received.',
  upload_locked: 'Another page or tab is sending this file.',
  upload_gone: 'This upload has ended. Choose the file again to start anew.',
  upload_interrupted: 'The connection broke. The upload goes on from what was received.',
  too_many_uploads_one: '{{maxOpen, number}} upload of this account is unfinished. Finish it or give it up.',
  too_many_uploads_other: '{{maxOpen, number}} uploads of this account are unfinished. Finish or give up some of them.',
  too_many_uploads_of_day_one:
    'This account may begin {{maxPerDay, number}} upload within 24 hours. The next one can begin in {{retryAfterSeconds, wait}}.',
  too_many_uploads_of_day_other:
    'This account may begin {{maxPerDay, number}} uploads within 24 hours. The next one can begin in {{retryAfterSeconds, wait}}.',
  upload_bytes_of_day_used_up:
    'This account may upload {{maxBytesPerDay, bytes}} within 24 hours, and {{leftBytes, bytes}} are left. This file can begin in {{retryAfterSeconds, wait}}.',
  upload_storage_used_up:
    'This account may store {{maxStoredBytes, bytes}}, and {{leftBytes, bytes}} are left. Delete titles or discard unfinished uploads to make room.',
  has_video: 'This title has a video already. Say so if it is to be replaced.',
  asset_in_use: 'The title “{{name}}” has this video. Replace the video there first.',
  title_changed: 'Somebody else has changed this title meanwhile. Look at it again.',
  term_changed: 'Somebody else has changed this meanwhile. Look at it again.',
  subtitles_changed: 'Somebody else has changed these subtitles meanwhile. Look at them again.',
  ladder_unknown: 'There is no ladder “{{ladder}}” in the configuration of the server.',
  price_class_unknown: 'There is no price class “{{priceClass}}” in the configuration of the server.',
  markers_overlap: 'Two markers would overlap: one must be over before the next one begins.',
  marker_outside_video: 'The video is only {{durationMs, clock}} long.',
  number_taken: 'There is another one with the number {{number, number}} here.',
  slug_taken: 'The address “{{slug}}” belongs to another one, or once did. Choose another.',
  asset_taken: 'Another title has this video.',
  not_in_this_state: 'This is not possible in the present state.',
  not_complete: 'It has no video yet. Give it one, or a release later on.',
  picture_not_accepted: 'This is no picture that can be used. Give a JPEG, PNG, WebP or AVIF that does not move.',
  picture_damaged: 'The picture is damaged or incomplete.',
  picture_too_large: 'The picture has too many pixels ({{width, number}} × {{height, number}}). Make it smaller first.',
  picture_too_small:
    'What is shown of the picture is {{width, number}} pixels wide. It must be {{leastWidth, number}} at least.',
  picture_shape: 'The picture has another shape. Choose the part that is to be shown.',
  titles_changed: 'Somebody else has changed some of these titles meanwhile. Look at them again.',
  import_changed: 'The file, or a title in it, is not as it was previewed. Look at it again.',
  not_entitled: 'This account may not watch this title.',
  asset_not_playable: 'This title is not ready to play yet.',
  too_many_streams_one: '{{active, number}} stream of this account is playing already. Stop it first.',
  too_many_streams_other: '{{active, number}} streams of this account are playing already. Stop one of them.',
} as const satisfies Partial<Record<ProblemCode | `${ProblemCode}_${'one' | 'other'}`, string>>;

/** Problems of which the server's own sentence says more than a code can. Other languages may have texts for them. */
export const inServersWords = [
  // Which field is wrong and how, what the state forbids, what is not there.
  'invalid_request',
  'conflict',
  'not_found',
  // Which line, and what is wrong with it.
  'subtitles_refused',
  'misdirected_request',
  // Only programs meet them: the pages do not ask like that.
  'invalid_signature',
  'method_not_allowed',
  'not_acceptable',
  'precondition_failed',
  'uri_too_long',
  'unsupported_media_type',
  'range_not_satisfiable',
  'expectation_failed',
  'headers_too_large',
  'idempotency_in_progress',
  'idempotency_answer_lost',
  'idempotency_key_reused',
  'tus_version_unsupported',
  // Which title, or which row of a file, and why.
  'edit_refused',
  'import_refused',
  // What is wrong with a file, and what processing ended with: kept as a code and a sentence that names what was found.
  'media_empty',
  'media_unrecognized',
  'media_format_not_allowed',
  'media_codec_not_allowed',
  'media_encrypted',
  'media_no_video',
  'media_damaged',
  'media_too_large_picture',
  'media_too_long',
  'media_out_of_proportion',
  'media_too_many_streams',
  'media_not_convertible',
  'media_conversion_limit',
  'media_probe_limit',
  'encode_failed',
  'encode_unsupported',
  'encode_interrupted',
  'encode_frame_count',
  'encode_stalled',
  'package_failed',
  'process_failed',
] as const satisfies readonly ProblemCode[];

/**
 * What a title lost or what was guessed, by the codes of the API's warnings; the same sentences as the server's.
 * `_unknown` is for a codec that nobody knows.
 */
export const enWarnings = {
  audio_track_not_accepted: 'Sound track {{track, number}} was left out: its codec {{codec}} is not accepted.',
  audio_track_not_accepted_unknown: 'Sound track {{track, number}} was left out: its codec is not known.',
  audio_track_empty: 'Sound track {{track, number}} was left out: there is no sound in it.',
  sound_layout_guessed:
    'The file does not say where the {{channels, number}} channels of sound track {{track, number}} belong: the 1st, 3rd … are heard on the left, the 2nd, 4th … on the right.',
  sound_not_decoded:
    'About {{seconds, number}} of {{of, number}} seconds of sound track {{track, number}} could not be decoded and are silent.',
  picture_track_not_playable:
    'Picture track {{track, number}} ({{codec}}) cannot be played; picture track {{shown, number}} is shown instead.',
  picture_tracks_left_out_one:
    'The file has another picture track, which is left out: picture track {{shown, number}} is shown.',
  picture_tracks_left_out_other:
    'The file has {{tracks, number}} more picture tracks, which are left out: picture track {{shown, number}} is shown.',
  picture_aspect_changes:
    'The shape of the picture changes within the file. All of it is shown at the shape of most of it ({{width}}x{{height}}); other parts have black bars.',
  frame_rate_guessed:
    'The file does not say when its pictures are shown: {{rate, number}} a second were assumed. If that is too fast or too slow, put the video into MP4 and upload that.',
  audio_track_begins_late:
    'Sound track {{track, number}} begins {{seconds, number}} seconds after the picture: until then it is silent.',
  picture_begins_late:
    'The picture begins {{seconds, number}} seconds after the sound: until then its first picture stands still.',
  beginning_not_decodable:
    'The file begins in the middle of a recording: its first {{pictures, number}} pictures cannot be decoded, the first that can stands in their place.',
  clock_jumps_repaired_one:
    'The clock of the file jumps once, as in recordings that were joined: its parts now follow one another.',
  clock_jumps_repaired_other:
    'The clock of the file jumps {{jumps, number}} times, as in recordings that were joined: its parts now follow one another.',
  joined_files_left_out_one:
    'Another video stands behind the first one in this file, as when files are joined byte by byte. Only the first is used: join them with a video program.',
  joined_files_left_out_other:
    '{{files, number}} other videos stand behind the first one in this file, as when files are joined byte by byte. Only the first is used: join them with a video program.',
  late_tracks_left_out_one:
    'Another track begins so far behind the beginning of the file that it was left out. Put the video into MP4 or Matroska and upload that.',
  late_tracks_left_out_other:
    '{{tracks, number}} more tracks begin so far behind the beginning of the file that they were left out. Put the video into MP4 or Matroska and upload that.',
  programmes_left_out_one:
    'The file holds another programme, which was left out: only the one with the best picture is used.',
  programmes_left_out_other:
    'The file holds {{programmes, number}} other programmes, which were left out: only the one with the best picture is used.',
  other_picture_left_out:
    '{{seconds, number}} seconds of the picture were left out: they are in another codec than the rest. Convert the parts before they are joined.',
  ladder_not_configured:
    'The ladder “{{ladder}}” is not in the configuration any more: the usual one was used instead.',
  pictures_damaged:
    '{{pictures, number}} of {{of, number}} pictures are damaged in the file and may look wrong, the first of them near {{firstMs, clock}}.',
} as const;
