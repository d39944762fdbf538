// What a PostgreSQL server or the way to it can fail with. In: errors as the package `pg` throws them. Out: one sentence
// that says what to do, and never holds the connection string.

import { EngineError } from '../../engine/errors.ts';

interface PostgresFailure {
  readonly code: string;
  readonly message: string;
}

/** The first that fits is told. Codes of five characters are PostgreSQL's "SQLSTATE". */
const explanations: readonly {
  fits(failure: PostgresFailure): boolean;
  tell(message: string): string;
}[] = [
  {
    fits: isLoss,
    tell: () =>
      'The database of the team index does not answer. Check the network and the server; what was stored is kept.',
  },
  {
    fits: ({ code }) => code === '3D000',
    tell: () =>
      'The server of the team index has no database of that name. Check the end of the connection string, or create it; see docs/TEAM-INDEX.md.',
  },
  {
    // The server offers no encryption, or its certificate is not trusted: what OpenSSL and Node call it.
    fits: ({ code, message }) =>
      /^ERR_(TLS|SSL)|CERT|UNABLE_TO_/.test(code) || /does not support SSL/.test(message),
    tell: (message) =>
      `The connection to the team index could not be encrypted as wanted (${message}). Check sslmode in the connection string and the certificate of the server.`,
  },
  {
    fits: ({ code }) => code.startsWith('28'),
    tell: () =>
      'The database of the team index does not let this user in. Check the user and the password in the connection string.',
  },
  {
    fits: ({ code }) => code === '42501',
    tell: (message) =>
      `The database does not give this user the rights that a team index needs (${message}). Have its owner grant them; see docs/TEAM-INDEX.md.`,
  },
  {
    fits: ({ code }) => code.startsWith('53'),
    tell: () =>
      'The database of the team index is out of disk, memory or connections. Free some; what was stored is kept.',
  },
];

/** What has no explanation comes back as it is. */
export function explainPostgresError(error: unknown): unknown {
  if (error instanceof EngineError) return error;
  const failure = toFailure(error);
  const found = explanations.find(({ fits }) => fits(failure));
  return found ? new EngineError('storageUnavailable', found.tell(failure.message), { cause: error }) : error;
}

export function isConnectionLoss(error: unknown): boolean {
  return isLoss(toFailure(error));
}

/** Two transactions waited for each other, and the server ended this one. */
export function isCrossedLock(error: unknown): boolean {
  return ['40P01', '40001'].includes(toFailure(error).code);
}

/** Classes 08 (connection), 57P (the server is going down) and what the socket says. */
function isLoss({ code, message }: PostgresFailure): boolean {
  return (
    /^(08|57P)/.test(code) ||
    /^E(CONN|PIPE|HOST|NET|TIMEDOUT|ADDR|AI)/.test(code) ||
    code === 'ENOTFOUND' ||
    /Connection terminated|connection timeout|not queryable|Client has encountered/i.test(message)
  );
}

function toFailure(error: unknown): PostgresFailure {
  const { code = '', message = '' } = error as { code?: string; message?: string };
  return { code: String(code), message: String(message) };
}
