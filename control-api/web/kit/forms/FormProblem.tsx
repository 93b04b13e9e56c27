import { Alert } from '@mantine/core';
import { IconAlertCircle, IconClock, IconPlugConnectedX } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { ApiError, messageOf, UnreachableError } from '../api/problem.ts';

/** Colour and icon for each way a request can fail. */
function lookOf(thrown: unknown) {
  if (thrown instanceof UnreachableError) return { icon: <IconPlugConnectedX size={18} />, color: 'orange' };
  if (thrown instanceof ApiError && thrown.status === 429) return { icon: <IconClock size={18} />, color: 'orange' };
  return { icon: <IconAlertCircle size={18} />, color: 'red' };
}

interface Props {
  /** What was thrown; undefined when nothing was, or when a field says it. */
  readonly error: unknown;
  /** Said while there is no error. */
  readonly children?: ReactNode;
  readonly 'data-testid'?: string;
}

/** The place of a form where it says why it was refused. It is there from the beginning, so that it is read out. */
export function FormProblem({ error, children, 'data-testid': testId = 'form-problem' }: Props) {
  return (
    <div role="alert" className="form-problem">
      {error === undefined ? (
        children
      ) : (
        <Alert variant="light" {...lookOf(error)} data-testid={testId}>
          {messageOf(error)}
        </Alert>
      )}
    </div>
  );
}
