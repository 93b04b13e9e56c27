import { useState, type SyntheticEvent } from 'react';

export interface Submission {
  readonly isBusy: boolean;
  /** Why it was not done; undefined while nothing is known to be wrong. */
  readonly error: unknown;
  /** For `onSubmit` of a form, or the click that does it, if any. What is sent already is not sent again. */
  readonly submit: (event?: SyntheticEvent) => void;
  /** What was wrong is not so any more: something else is asked for now. */
  readonly forget: () => void;
}

/**
 * Sends a form, once at a time.
 * @param send throws what is wrong
 * @param onRefused is called when it did, e.g. to put the focus on the field that is wrong
 */
export function useSubmission(send: () => Promise<unknown>, onRefused?: (error: unknown) => void): Submission {
  const [isBusy, setIsBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  async function run() {
    setIsBusy(true);
    setError(undefined);
    try {
      await send();
    } catch (thrown) {
      setError(thrown);
      onRefused?.(thrown);
    } finally {
      setIsBusy(false);
    }
  }
  return {
    isBusy,
    error,
    submit: (event) => {
      event?.preventDefault();
      if (!isBusy) void run();
    },
    forget: () => setError(undefined),
  };
}
