import { useEffect, useEffectEvent, useState } from 'react';
import type { PasskeyProof, PasskeyQuestion } from '../proofs/proof.ts';
import { offersPasskeys, showPasskey, takeQuestionBack } from './device.ts';

/** How long a question is left open, in milliseconds: the server takes answers to it for five minutes. */
const freshMs = 4 * 60_000;

interface Options {
  /** False while something else is asked for. */
  readonly isOn: boolean;
  readonly ask: () => Promise<PasskeyQuestion>;
  readonly onGiven: (given: PasskeyProof, question: PasskeyQuestion) => void;
}

/** Runs `then` when the page is looked at; returns what gives it up. */
function whenVisible(then: () => void): () => void {
  const look = () => {
    if (document.visibilityState !== 'visible') return;
    document.removeEventListener('visibilitychange', look);
    then();
  };
  document.addEventListener('visibilitychange', look);
  look();
  return () => document.removeEventListener('visibilitychange', look);
}

/**
 * Has the browser offer passkeys in the field of the address (`EmailField`, `offersPasskeys`), as it offers passwords.
 * Where it cannot, or the server cannot be asked, nothing is offered, and nothing is said.
 */
export function usePasskeyOffer({ isOn, ask, onGiven }: Options): void {
  const [round, setRound] = useState(0);
  const askNow = useEffectEvent(ask);
  const give = useEffectEvent(onGiven);
  useEffect(() => {
    if (!isOn) return;
    let isOver = false;
    let giveUp: (() => void) | undefined;
    async function offer() {
      if (!(await offersPasskeys()) || isOver) return;
      const question = await askNow();
      if (isOver) return;
      const timer = setTimeout(() => {
        giveUp = whenVisible(() => setRound((before) => before + 1));
      }, freshMs);
      giveUp = () => clearTimeout(timer);
      const given = await showPasskey(question, { isAutofill: true });
      if (!isOver) give(given, question);
    }
    offer().catch(() => undefined);
    return () => {
      isOver = true;
      giveUp?.();
      takeQuestionBack();
    };
  }, [isOn, round]);
}
