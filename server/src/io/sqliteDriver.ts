// SQLite from whoever has it here: the better-sqlite3 package, or Node's own module where that does not load.
// In: a file. Out: one small interface that both answer. Neither there, or a Node that better-sqlite3 would crash
// (below 22), is one sentence that says what to do.

import { createRequire } from 'node:module';
import { EngineError } from '../engine/errors.ts';

export type SqlValue = string | number | Uint8Array | null;
export type SqlRow = Readonly<Record<string, SqlValue>>;

export interface SqlStatement {
  run(...values: SqlValue[]): {
    readonly changes: number | bigint;
    readonly lastInsertRowid: number | bigint;
  };
  get(...values: SqlValue[]): unknown;
  all(...values: SqlValue[]): unknown[];
  iterate(...values: SqlValue[]): Iterable<unknown>;
}

export interface SqlDatabase {
  exec(sql: string): unknown;
  prepare(sql: string): SqlStatement;
  close(): void;
}

export interface SqliteDriver {
  readonly name: string;
  /** `:memory:` for one that leaves nothing behind. */
  open(file: string): SqlDatabase;
}

export type SqliteDriverName = 'better-sqlite3' | 'node:sqlite';

const oldestNode = 22;

/** The first that works of the names, which are tried in order. */
export function loadSqliteDriver(
  names: readonly SqliteDriverName[] = ['better-sqlite3', 'node:sqlite'],
): SqliteDriver {
  const [major] = process.versions.node.split('.');
  if (Number(major) < oldestNode) {
    throw new EngineError(
      'runtimeUnavailable',
      `Search needs Node ${oldestNode} or later; this is ${process.versions.node}. Update the editor or Node.`,
    );
  }
  const problems: string[] = [];
  for (const name of names) {
    try {
      const driver = openers[name]();
      checkFullText(driver);
      return driver;
    } catch (error) {
      problems.push(`${name}: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`);
    }
  }
  throw new EngineError(
    'runtimeUnavailable',
    `Search needs SQLite with full text search, and none works here (${problems.join('; ')}). Reinstall Marginalia for this platform.`,
  );
}

const openers: Readonly<Record<SqliteDriverName, () => SqliteDriver>> = {
  'better-sqlite3': () => {
    const Database = createRequire(import.meta.url)('better-sqlite3') as new (
      file: string,
      options: { readonly timeout: number },
    ) => SqlDatabase;
    return { name: 'better-sqlite3', open: (file) => new Database(file, { timeout: busyMs }) };
  },
  'node:sqlite': () => {
    const { DatabaseSync } = process.getBuiltinModule('node:sqlite');
    return {
      name: 'node:sqlite',
      open(file) {
        const database = new DatabaseSync(file);
        database.exec(`PRAGMA busy_timeout = ${busyMs}`);
        return database as unknown as SqlDatabase;
      },
    };
  },
};

/** How long a write waits for another process to finish its own. */
const busyMs = 5000;

/** Some builds of Node have SQLite without FTS5. */
function checkFullText(driver: SqliteDriver): void {
  const database = driver.open(':memory:');
  try {
    database.exec("CREATE VIRTUAL TABLE probe USING fts5(body, content='', contentless_delete=1)");
  } finally {
    database.close();
  }
}
