import { useState } from 'react';
import { codeOf } from '../api/problem.ts';
import { useSubmission, type Submission } from '../forms/use-submission.ts';
import { useSecondsUntil } from '../forms/use-seconds-until.ts';
import type { Begun } from './proof.ts';

/** How long after one mail another one may be asked for, in milliseconds. */
const pauseMs = 60_000;
/** Wrong codes after which the right one counts no more; the server's number. */
const mostWrong = 5;

interface Sent {
  readonly begun: Begun;
  /** Milliseconds since the epoch, here. */
  readonly at: number;
  readonly wrong: number;
  readonly isAgain: boolean;
}

export interface MailedCode {
  /** What the code goes on with; undefined until one is sent. */
  readonly token: string | undefined;
  /** Whether it is not the first one. */
  readonly isAgain: boolean;
  /** Whether wrong ones were typed in so often that it counts no more. */
  readonly isUsedUp: boolean;
  /** Seconds until another one may be asked for. */
  readonly wait: number;
  /** Asks for one. */
  readonly sending: Submission;
  /** To be told of each refusal: wrong codes are counted. */
  readonly refused: (error: unknown) => void;
}

/**
 * A code that is mailed, and other ones in its place: only the latest counts here.
 * @param first when one was sent already
 * @param onSent is called for each that this sends
 */
export function useMailedCode(
  send: (() => Promise<Begun>) | undefined,
  first: Begun | undefined,
  onSent: () => void,
): MailedCode {
  const [sent, setSent] = useState<Sent | undefined>(
    () => first && { begun: first, at: Date.now(), wrong: 0, isAgain: false },
  );
  const sending = useSubmission(async () => {
    if (!send) return;
    const begun = await send();
    setSent((before) => ({ begun, at: Date.now(), wrong: 0, isAgain: before !== undefined }));
    onSent();
  });
  const isUsedUp = sent !== undefined && sent.wrong >= mostWrong;
  const wait = useSecondsUntil(sent === undefined || isUsedUp ? 0 : sent.at + pauseMs);
  return {
    token: sent?.begun.token,
    isAgain: sent?.isAgain ?? false,
    isUsedUp,
    wait,
    sending,
    refused(error) {
      if (codeOf(error) === 'invalid_code') setSent((before) => before && { ...before, wrong: before.wrong + 1 });
    },
  };
}
