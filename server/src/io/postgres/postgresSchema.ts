// Tables of an index that a team shares, in a PostgreSQL database with pgvector. In: a connection. Out: the tables are
// there, or a sentence why they cannot be.
//
// Texts, their words, vectors and labels belong to everybody and are there once, by the hash of the text and the
// fingerprint of the model; files and places belong to one working copy, because each stands on a branch of its own.

import { EngineError } from '../../engine/errors.ts';
import type { PostgresClient, SqlClient } from './postgresClient.ts';

/** Raised when the tables or the tokens in them change. */
const schemaVersion = 1;

export async function ensureTables(client: PostgresClient): Promise<void> {
  const present = await client.query<{ there: boolean }>(
    "SELECT to_regclass('marginalia.meta') IS NOT NULL AS there",
  );
  if (present[0]?.there) return await checkVersion(client);
  try {
    await client.transact(async (transaction) => {
      // Two that come first at the same time: the second finds the tables.
      await transaction.query("SELECT pg_advisory_xact_lock(hashtext('marginalia'))");
      for (const statement of statements) await transaction.query(statement);
    });
  } catch (error) {
    throw explainSetUp(error);
  }
  await checkVersion(client);
}

async function checkVersion(client: SqlClient): Promise<void> {
  const [meta] = await client.query<{ version: number }>('SELECT version FROM marginalia.meta');
  if (meta?.version === schemaVersion) return;
  throw new EngineError(
    'storageUnavailable',
    `The team index has version ${meta?.version}; this Marginalia works with ${schemaVersion}. Bring the older one up to date, or let it have a database of its own.`,
  );
}

function explainSetUp(error: unknown): unknown {
  const { code = '', message = '' } = error as { code?: string; message?: string };
  if (!/extension "vector"|vector\.control/.test(message) || !noSuchExtension.has(code)) return error;
  return new EngineError(
    'storageUnavailable',
    'The database has no pgvector. Install the extension on the server; see docs/TEAM-INDEX.md.',
    { cause: error },
  );
}

/** "Feature not supported" since PostgreSQL 15, "undefined file" before. */
const noSuchExtension: ReadonlySet<string> = new Set(['0A000', '58P01']);

const statements = [
  'CREATE EXTENSION IF NOT EXISTS vector',
  'CREATE SCHEMA IF NOT EXISTS marginalia',
  'CREATE TABLE IF NOT EXISTS marginalia.meta (version integer NOT NULL)',
  `INSERT INTO marginalia.meta SELECT ${schemaVersion} WHERE NOT EXISTS (SELECT 1 FROM marginalia.meta)`,
  `CREATE TABLE IF NOT EXISTS marginalia.folders (id serial PRIMARY KEY, name text NOT NULL UNIQUE, writer text,
    expires timestamptz, revision bigint NOT NULL DEFAULT 0)`,
  `CREATE TABLE IF NOT EXISTS marginalia.files (folder integer NOT NULL, path text COLLATE "C" NOT NULL,
    stamp text NOT NULL, hash text NOT NULL, PRIMARY KEY (folder, path))`,
  `CREATE TABLE IF NOT EXISTS marginalia.texts (id serial PRIMARY KEY, hash text NOT NULL UNIQUE, body text NOT NULL,
    names text NOT NULL, length integer NOT NULL)`,
  `CREATE TABLE IF NOT EXISTS marginalia.places (folder integer NOT NULL, path text COLLATE "C" NOT NULL,
    ordinal integer NOT NULL, text integer NOT NULL, span_start integer NOT NULL, span_end integer NOT NULL,
    line integer NOT NULL, end_line integer NOT NULL, kind text NOT NULL, language text NOT NULL, symbol text,
    PRIMARY KEY (folder, path, ordinal))`,
  'CREATE INDEX IF NOT EXISTS places_of_text ON marginalia.places (folder, text)',
  `CREATE TABLE IF NOT EXISTS marginalia.skipped (folder integer NOT NULL, path text COLLATE "C" NOT NULL,
    reason text NOT NULL, detail text NOT NULL, PRIMARY KEY (folder, path))`,
  `CREATE TABLE IF NOT EXISTS marginalia.words (token text COLLATE "C" NOT NULL, text integer NOT NULL,
    frequency real NOT NULL, PRIMARY KEY (token, text))`,
  'CREATE INDEX IF NOT EXISTS words_of_text ON marginalia.words (text)',
  `CREATE TABLE IF NOT EXISTS marginalia.spaces (id serial PRIMARY KEY, fingerprint text NOT NULL,
    dimensions integer NOT NULL, UNIQUE (fingerprint, dimensions))`,
  `CREATE TABLE IF NOT EXISTS marginalia.vectors (space integer NOT NULL, text integer NOT NULL,
    vector vector NOT NULL, PRIMARY KEY (space, text))`,
  `CREATE TABLE IF NOT EXISTS marginalia.labels (space integer NOT NULL, text integer NOT NULL, task text NOT NULL,
    name text NOT NULL, probability double precision NOT NULL, PRIMARY KEY (space, text, task, name))`,
];
