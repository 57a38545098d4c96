/** The office's store: PostgreSQL where a URL is given, else PGlite in a folder; the same SQL, behind three calls. */
import { PGlite, types as embeddedTypes } from '@electric-sql/pglite';
import pg from 'pg';
import { steps } from './schema.ts';
import { textArray, type Texts } from './text-array.ts';

/** A value of a statement; arrays go to `unnest`, those of many texts as `Texts`. */
export type Parameter = string | number | boolean | Date | null | readonly (string | number | null)[] | Texts;

export interface Queries {
  /** One statement, a transaction of its own outside of one. bigint comes as a number, timestamptz as a Date. */
  query<Row extends object>(sql: string, parameters?: readonly Parameter[]): Promise<readonly Row[]>;
}

export interface Database extends Queries {
  /** All of it or nothing; rolled back when `work` fails. */
  transaction<Result>(work: (inside: Queries) => Promise<Result>): Promise<Result>;
  close(): Promise<void>;
}

/** `folder` null: in memory, for as long as it is open. */
export type DatabasePlace = { readonly url: string } | { readonly folder: string | null };

/** Transactions side by side. */
const poolSize = 4;

/** How long a connection may take, and a statement; beyond it the work is tried again. */
const connectMs = 5_000;
const statementMs = 30_000;

/** What SQL calls bigint is a sequence or minor units here: within what a number holds exactly. */
const bigintType = 20;

/** Opens it and brings its tables up to date. @throws Error of the database: not there, not allowed, newer than this program. */
export async function openDatabase(place: DatabasePlace): Promise<Database> {
  const database = 'url' in place ? server(place.url) : await embedded(place.folder);
  try {
    await bringUpToDate(database);
  } catch (error) {
    await database.close();
    throw error;
  }
  return database;
}

function server(url: string): Database {
  const parsers = new pg.TypeOverrides();
  parsers.setTypeParser(bigintType, exactNumber);
  const pool = new pg.Pool({
    connectionString: url,
    max: poolSize,
    connectionTimeoutMillis: connectMs,
    query_timeout: statementMs,
    types: parsers,
  });
  // An idle connection that breaks is replaced with the next statement, which tells by itself when that fails too.
  pool.on('error', () => undefined);
  return {
    query: (sql, parameters = []) => rowsOf(pool, sql, parameters),
    transaction: (work) => insideOf(pool, work),
    close: () => pool.end(),
  };
}

async function rowsOf<Row extends object>(
  asked: pg.Pool | pg.PoolClient,
  sql: string,
  parameters: readonly Parameter[],
): Promise<readonly Row[]> {
  // The same few statements again and again: named ones are planned once a connection.
  const answer = await asked.query<Row>({ name: statementName(sql), text: sql, values: parameters.map(forServer) });
  return answer.rows;
}

async function insideOf<Result>(pool: pg.Pool, work: (inside: Queries) => Promise<Result>): Promise<Result> {
  const client = await pool.connect();
  let broken: Error | undefined;
  const onError = (error: Error) => {
    broken = error;
  };
  client.on('error', onError);
  try {
    await client.query('BEGIN');
    const result = await work({ query: (sql, parameters = []) => rowsOf(client, sql, parameters) });
    await client.query('COMMIT');
    return result;
  } catch (error) {
    await client.query('ROLLBACK').catch((failure: Error) => {
      broken = failure;
    });
    throw error;
  } finally {
    client.off('error', onError);
    client.release(broken);
  }
}

function forServer(parameter: Parameter): unknown {
  return isTexts(parameter) ? textArray(parameter) : parameter;
}

function forEmbedded(parameter: Parameter): unknown {
  return isTexts(parameter) ? parameter.texts : parameter;
}

function isTexts(parameter: Parameter): parameter is Texts {
  return typeof parameter === 'object' && parameter !== null && 'texts' in parameter;
}

const statementNames = new Map<string, string>();

function statementName(sql: string): string {
  const known = statementNames.get(sql);
  if (known !== undefined) return known;
  const name = `s${statementNames.size}`;
  statementNames.set(sql, name);
  return name;
}

async function embedded(folder: string | null): Promise<Database> {
  const options = { parsers: { [embeddedTypes.INT8]: exactNumber } };
  const lite = await PGlite.create(folder ?? 'memory://', options);
  return {
    query: async <Row extends object>(sql: string, parameters: readonly Parameter[] = []) =>
      (await lite.query<Row>(sql, parameters.map(forEmbedded))).rows,
    transaction: (work) =>
      lite.transaction((inside) =>
        work({
          query: async <Row extends object>(sql: string, parameters: readonly Parameter[] = []) =>
            (await inside.query<Row>(sql, parameters.map(forEmbedded))).rows,
        }),
      ),
    close: () => lite.close(),
  };
}

function exactNumber(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value))
    throw new RangeError(`the database answered ${text}, which no number holds exactly`);
  return value;
}

/** Whoever comes first does it; others wait. The number is that of "office" in ASCII, so that nobody else waits for it. */
const migrationLock = 0x6f6666696365;

async function bringUpToDate(database: Database): Promise<void> {
  await database.transaction(async (inside) => {
    await inside.query('SELECT pg_advisory_xact_lock($1::bigint)', [migrationLock]);
    await inside.query('CREATE TABLE IF NOT EXISTS schema_steps (step bigint PRIMARY KEY)');
    const [row] = await inside.query<{ done: number }>('SELECT count(*) AS done FROM schema_steps');
    const done = row?.done ?? 0;
    if (done > steps.length) {
      throw new Error(
        `the database has ${done} steps and this program knows ${steps.length}: it was written by a newer one; start that`,
      );
    }
    for (let step = done; step < steps.length; step++) {
      for (const statement of statementsOf(steps[step] as string)) await inside.query(statement);
      await inside.query('INSERT INTO schema_steps VALUES ($1)', [step + 1]);
    }
  });
}

/** A prepared statement is one; none of the steps has a semicolon inside of a statement. */
function statementsOf(step: string): readonly string[] {
  return step
    .replaceAll(/--.*$/gm, '')
    .split(';')
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '');
}
