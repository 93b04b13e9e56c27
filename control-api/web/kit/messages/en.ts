import type { ProblemCode } from '../api/types.ts';

/**
 * Texts that both apps share. The names of values in `{{…}}` are type-checked at each use, and so are their formats
 * (`words/formats.ts`).
 */
export const en = {
  appName: 'Dramabox',
  pageTitle: '{{page}} · Dramabox',
  loading: 'Loading',
  tryAgain: 'Try again',
  tryNow: 'Try now',
  close: 'Close',
  percentOf: '{{share, share}}',
  unreachable: {
    title: 'No answer from the server',
    text: 'The server cannot be reached. Check the connection and try again.',
    again: 'This page tries again by itself.',
  },
  crash: {
    title: 'This page has stopped working',
    text: 'The error is not your doing. Load the page again to go on.',
    reload: 'Load again',
  },
  session: { ended: 'Your session has ended. Sign in again to go on.' },
  language: 'Language',
  player: {
    play: 'Play {{title}}',
    video: 'Video: {{title}}',
    opening: 'Opening the stream',
    stopped: 'Playback stopped',
    nowShowing: 'Now showing {{quality}}',
    buffering: 'Buffering…',
    audio: 'Audio track',
    track: 'Track {{number, number}}',
    quality: 'Quality',
    automatic: 'Automatic quality',
    sized: '{{width}} × {{height}} · {{rate, bitRate}}',
    unsized: '{{rate, bitRate}}',
    failed: {
      session_ended: 'This playback session has ended. Press play to start a new one.',
      not_found: 'A part of this stream was not found on the server. It may have been replaced or deleted.',
      codecs: 'This browser cannot decode the codecs of this stream.',
      network: 'The stream cannot be loaded. Check the connection and try again.',
      decoding: 'The browser could not decode the video.',
      unsupported: 'This browser cannot play this stream.',
      other: 'Playback failed.',
    },
  },
  /** For errors that carry no sentence of their own. */
  failure: {
    unknown: 'Something went wrong.',
    tooLarge: 'The file is larger than the server accepts.',
    server: 'The server had a problem ({{status}}). Try again in a moment.',
    refused: 'The server refused the request ({{status}}).',
    tooOften: 'Too many attempts. Try again later.',
  },
} as const;

/**
 * Problems of the API by their code. A code that is not here is shown in the server's own words, which know more than
 * the code does (what is wrong with which field, why the state forbids it). A text whose values the server did not
 * send gives way to the server's words, too.
 */
export const enProblems = {
  unauthenticated: 'Sign in first.',
  invalid_credentials: 'The e-mail address or the password is wrong.',
  invalid_refresh_token: 'The session has ended. Sign in again.',
  csrf_header_missing: 'The request did not come from this page. Load it again.',
  forbidden: 'This account may not do that.',
  account_exists: 'An account with this e-mail address exists already.',
  last_super_admin: 'There must be at least one active administrator.',
  too_many_requests: 'Too many attempts. Try again in {{retryAfterSeconds, wait}}.',
  internal_error: 'Something went wrong on the server. Try again in a moment.',
  not_ready: 'The server is not ready yet. Try again in a moment.',
  upload_too_large: 'The file is larger than this server accepts ({{maxBytes, bytes}}).',
  upload_type_not_allowed: '{{filename}} is not a video.',
  upload_checksum_mismatch: 'The data was damaged on its way.',
  upload_locked: 'Another page or tab is sending this file.',
  upload_gone: 'This upload has ended. Choose the file again to start anew.',
  upload_interrupted: 'The connection broke. The upload goes on from what was received.',
  asset_not_playable: 'This title is not ready to play yet.',
} as const satisfies Partial<Record<ProblemCode, string>>;
