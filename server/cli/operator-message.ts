import { DatabaseUnavailable } from '../db/port.ts';
import { OperatorError, ProblemError } from '../kit/errors.ts';

/** What an operator can do something about, as one message without a stack; undefined for what is a fault of ours. */
export function operatorMessage(error: unknown): string | undefined {
  if (error instanceof OperatorError || error instanceof ProblemError || error instanceof DatabaseUnavailable)
    return error.message;
  const { code, syscall, port, address } = error as NodeJS.ErrnoException & {
    readonly port?: number;
    readonly address?: string;
  };
  if (syscall !== 'listen') return undefined;
  if (code === 'EADDRINUSE')
    return `Port ${port} is taken by another program (or another Dramabox). Set server.port (DRAMABOX_SERVER_PORT) to a free one, 0 for any.`;
  if (code === 'EACCES')
    return `This user may not listen on port ${port}. Set server.port (DRAMABOX_SERVER_PORT) to one above 1023.`;
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return `This machine has no address ${address}. Set server.host (DRAMABOX_SERVER_HOST).`;
  return undefined;
}
