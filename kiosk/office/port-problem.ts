/** Why nothing can listen at a port of this machine, and what to do. `option`: with which another is chosen. */
export function portProblem(port: number, option: string, error: unknown): Error {
  const { code, message } = error as NodeJS.ErrnoException;
  const why = code === 'EADDRINUSE' ? 'another program listens there' : (code ?? message);
  return new Error(`port ${port} of 127.0.0.1 cannot be used: ${why}; end it, or choose another with ${option}`);
}
