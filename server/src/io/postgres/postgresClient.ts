// A PostgreSQL server as the team index uses it. In: a connection string. Out: queries and transactions; what goes
// wrong on the way is one sentence that never holds the connection string, which has a password in it.
// A reading that loses its connection is tried once more on a new one. A transaction is not: nobody knows whether its
// end arrived, so the caller is told and begins again from what is stored. One that the server took back as a whole,
// because it and another waited for each other, begins again here.

import type { Pool, PoolClient } from 'pg';
import { EngineError } from '../../engine/errors.ts';
import { explainPostgresError, isConnectionLoss, isCrossedLock } from './postgresErrors.ts';

export interface SqlClient {
  query<Row>(sql: string, values?: readonly unknown[]): Promise<readonly Row[]>;
}

export interface PostgresClient extends SqlClient {
  /** `work` may be called again when the server took everything back. */
  transact<T>(work: (client: SqlClient) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

const connectMs = 10_000;
/** A search must not hold up the others while a large write goes on. */
const connectionCount = 4;
const turnsAtMost = 4;

export async function openPostgres(connectionString: string): Promise<PostgresClient> {
  const { default: postgres } = await import('pg');
  let pool: Pool;
  try {
    // The package takes anything for the name of a database on this machine.
    if (!/^postgres(ql)?:\/\//.test(connectionString)) throw new Error('No URL of PostgreSQL.');
    pool = new postgres.Pool({
      connectionString,
      max: connectionCount,
      connectionTimeoutMillis: connectMs,
      application_name: 'marginalia',
    });
  } catch (error) {
    throw new EngineError(
      'invalidArgument',
      'The connection string of the team index cannot be read. It looks like postgres://user:password@host:5432/database.',
      { cause: error },
    );
  }
  // A connection that breaks while nobody uses it is replaced with the next query.
  pool.on('error', ignore);

  async function read<Row>(sql: string, values: readonly unknown[] = []): Promise<readonly Row[]> {
    return (await pool.query(sql, [...values])).rows as Row[];
  }

  async function transactOnce<T>(work: (client: SqlClient) => Promise<T>): Promise<T> {
    let connection: PoolClient | undefined;
    let failure: Error | undefined;
    try {
      connection = await pool.connect();
      const held = connection;
      held.on('error', ignore);
      const client: SqlClient = {
        query: async <Row>(sql: string, values: readonly unknown[] = []) =>
          (await held.query(sql, [...values])).rows as Row[],
      };
      await held.query('BEGIN');
      const result = await work(client);
      await held.query('COMMIT');
      return result;
    } catch (error) {
      failure = error instanceof Error ? error : new Error(String(error));
      await connection?.query('ROLLBACK').catch(() => {});
      throw error;
    } finally {
      connection?.off('error', ignore);
      // A connection on which something failed is not used again.
      connection?.release(failure);
    }
  }

  return {
    async query<Row>(sql: string, values?: readonly unknown[]) {
      try {
        return await read<Row>(sql, values);
      } catch (error) {
        if (!isConnectionLoss(error)) throw explainPostgresError(error);
      }
      try {
        return await read<Row>(sql, values);
      } catch (error) {
        throw explainPostgresError(error);
      }
    },
    async transact(work) {
      for (let turn = 1; ; turn++) {
        try {
          return await transactOnce(work);
        } catch (error) {
          if (!isCrossedLock(error) || turn === turnsAtMost) throw explainPostgresError(error);
        }
      }
    },
    close: () => pool.end(),
  };
}

/** What breaks a connection fails its next query too; without a listener it would end the process before. */
function ignore(): void {}
