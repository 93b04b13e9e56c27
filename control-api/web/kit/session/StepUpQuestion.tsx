import { useEffect, useState, useSyncExternalStore } from 'react';
import type { StepUp } from './step-up.ts';
import type { StepUpDialog } from './StepUpDialog.tsx';

/**
 * Asks for the password when the server wants to know again who it is; what was asked of it goes on afterwards. The
 * dialog is loaded when it is needed for the first time. Where it cannot be, no proof is given.
 */
export function StepUpQuestion({ stepUp }: { readonly stepUp: StepUp }) {
  const isAsking = useSyncExternalStore(stepUp.subscribe, stepUp.snapshot);
  const [Dialog, setDialog] = useState<typeof StepUpDialog>();
  const isMissing = isAsking && Dialog === undefined;
  useEffect(() => {
    if (!isMissing) return;
    import('./StepUpDialog.tsx').then(
      (loaded) => setDialog(() => loaded.StepUpDialog),
      () => stepUp.giveUp(),
    );
  }, [isMissing, stepUp]);
  return Dialog && <Dialog stepUp={stepUp} isAsking={isAsking} />;
}
