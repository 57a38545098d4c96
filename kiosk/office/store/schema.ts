/**
 * The office's tables, the same for PostgreSQL and PGlite, step by step: a step that was released is never edited, a change is a
 * step more.
 *
 * Entries are partitioned by kiosk and not by month: only so can the key itself say that no number of a kiosk is stored twice. What
 * the hashes stand over (`at`, `day`, `session`, `body`) is kept as the text that came.
 */
export const steps: readonly string[] = [
  `
  CREATE TABLE kiosks (
    kiosk text PRIMARY KEY,
    first_seen timestamptz NOT NULL DEFAULT now(),
    -- Public half of the key that signs heads, SPKI as PEM; null: none is known.
    verifying text
  );

  CREATE TABLE entries (
    kiosk text NOT NULL,
    seq bigint NOT NULL,
    at text NOT NULL,
    day text NOT NULL,
    kind text NOT NULL,
    session text,
    body text NOT NULL,
    hash text NOT NULL,
    PRIMARY KEY (kiosk, seq)
  ) PARTITION BY HASH (kiosk);
  ${partitions('entries', 16)}

  -- What is stored of a kiosk without a gap; beside it the newest that it says it has, and how far rows are missing.
  CREATE TABLE heads (
    kiosk text PRIMARY KEY REFERENCES kiosks,
    seq bigint NOT NULL,
    hash text NOT NULL,
    told_seq bigint NOT NULL,
    missing_to bigint,
    stored_at timestamptz NOT NULL DEFAULT now()
  ) WITH (fillfactor = 50);

  CREATE TABLE signed_heads (
    kiosk text NOT NULL REFERENCES kiosks,
    seq bigint NOT NULL,
    hash text NOT NULL,
    key text NOT NULL,
    signature text NOT NULL,
    PRIMARY KEY (kiosk, seq)
  );

  -- The newest of each: 'state' and 'alive' as they came.
  CREATE TABLE states (
    kiosk text NOT NULL REFERENCES kiosks,
    what text NOT NULL,
    body text NOT NULL,
    came_at timestamptz NOT NULL,
    PRIMARY KEY (kiosk, what)
  );

  CREATE TABLE alerts (
    alert bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kiosk text NOT NULL REFERENCES kiosks,
    kind text NOT NULL,
    subject text NOT NULL,
    detail text NOT NULL,
    status text NOT NULL CHECK (status IN ('open', 'acknowledged', 'cleared')),
    opened_at timestamptz NOT NULL,
    acknowledged_at timestamptz,
    acknowledged_by text,
    cleared_at timestamptz,
    -- Null: it was over by itself.
    cleared_by text
  );
  CREATE UNIQUE INDEX alerts_standing ON alerts (kiosk, kind, subject) WHERE status <> 'cleared';

  -- The first redemption of each voucher that came, and every further one as a conflict. Numbers of vouchers count up at
  -- each kiosk by itself: one is told by the kiosk that issued it and its number.
  CREATE TABLE voucher_redemptions (
    issuer text NOT NULL,
    serial text NOT NULL,
    kiosk text NOT NULL,
    seq bigint NOT NULL,
    at text NOT NULL,
    currency text NOT NULL,
    minor bigint NOT NULL,
    PRIMARY KEY (issuer, serial)
  );
  CREATE TABLE voucher_conflicts (
    issuer text NOT NULL,
    serial text NOT NULL,
    kiosk text NOT NULL,
    seq bigint NOT NULL,
    at text NOT NULL,
    currency text NOT NULL,
    minor bigint NOT NULL,
    PRIMARY KEY (kiosk, seq),
    FOREIGN KEY (issuer, serial) REFERENCES voucher_redemptions
  );
  `,
  `
  ALTER TABLE kiosks ADD COLUMN paired_at timestamptz;
  ALTER TABLE kiosks ADD COLUMN paired_by text;
  -- Serial number, hex, of the one certificate that counts for it; null: it was never paired here.
  ALTER TABLE kiosks ADD COLUMN certificate text;
  -- What the kiosk last said that it runs (\`fleet/wire.ts\`, RunningMessage), as it came.
  ALTER TABLE kiosks ADD COLUMN running text;
  -- By which it is known whether that changed, without reading it.
  ALTER TABLE kiosks ADD COLUMN running_mark text GENERATED ALWAYS AS (md5(running)) STORED;

  -- Who works at the office. A passphrase is kept as the PHC text of its argon2id hash.
  CREATE TABLE persons (
    person bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL,
    role text NOT NULL CHECK (role IN ('viewer', 'operator', 'administrator')),
    passphrase text NOT NULL,
    added_at timestamptz NOT NULL,
    added_by text,
    removed_at timestamptz
  );
  CREATE UNIQUE INDEX persons_named ON persons (lower(name)) WHERE removed_at IS NULL;

  -- Wrong tries in a row by the name that was tried, in small letters, and until when no further one is looked at. Names of
  -- nobody stand here too, so that no answer tells who works here.
  CREATE TABLE tries (
    name text PRIMARY KEY,
    wrong bigint NOT NULL,
    tried_at timestamptz NOT NULL,
    locked_until timestamptz
  );

  CREATE TABLE sessions (
    -- SHA-256 of the cookie's value, hex.
    token text PRIMARY KEY,
    person bigint NOT NULL REFERENCES persons,
    began_at timestamptz NOT NULL,
    seen_at timestamptz NOT NULL
  );

  -- What was done here, by whom: nothing in it is changed or removed.
  CREATE TABLE acts (
    act bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL,
    person text NOT NULL,
    did text NOT NULL,
    subject text NOT NULL,
    detail text NOT NULL
  );

  -- What kiosks have made of configurations is asked for again and again.
  CREATE INDEX entries_configurations ON entries (kiosk, seq) WHERE kind IN ('config.changed', 'config.refused');

  CREATE TABLE rollouts (
    rollout bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- The file as it was given, whom it is for, and the pace, as JSON.
    file text NOT NULL,
    whom text NOT NULL,
    pace text NOT NULL,
    status text NOT NULL CHECK (status IN ('running', 'paused', 'aborted', 'done')),
    why text,
    -- What each kiosk had before that rollout is published anew, and no file; null: the file is.
    back_of bigint REFERENCES rollouts,
    began_at timestamptz NOT NULL,
    began_by text NOT NULL,
    ended_at timestamptz
  );
  CREATE TABLE rollout_kiosks (
    rollout bigint NOT NULL REFERENCES rollouts,
    kiosk text NOT NULL REFERENCES kiosks,
    -- Its place in the order, from 1.
    place bigint NOT NULL,
    wave bigint NOT NULL,
    time_zone text NOT NULL,
    -- So long after it began it has proven itself, milliseconds.
    trial_ms bigint NOT NULL,
    -- What is being published for it, written before it is signed: the SHA-256 of its text, hex; and what it had, as JSON.
    hash text,
    before text,
    published_at timestamptz,
    -- Its entries up to this one are judged.
    read_seq bigint NOT NULL DEFAULT 0,
    status text NOT NULL CHECK (status IN ('waiting', 'published', 'staged', 'running', 'refused', 'went-back', 'overdue', 'passed-by')),
    -- The number under which it was published for this kiosk.
    edition bigint,
    why text,
    changed_at timestamptz NOT NULL,
    PRIMARY KEY (rollout, kiosk)
  );
  -- What a kiosk has made of an edition is asked for before it is published for again.
  CREATE INDEX rollout_kiosks_edition ON rollout_kiosks (kiosk, edition);

  CREATE TABLE commands (
    kiosk text NOT NULL REFERENCES kiosks,
    -- Counts up for each kiosk: it takes none that is not above the last.
    seq bigint NOT NULL,
    act text NOT NULL,
    -- What belongs to the act, as JSON.
    detail text NOT NULL,
    priority text NOT NULL CHECK (priority IN ('idle', 'after-customer', 'now')),
    ordered_at timestamptz NOT NULL,
    ordered_by text NOT NULL,
    deadline timestamptz NOT NULL,
    -- The compact JWS as it is sent, each time the same.
    jws text NOT NULL,
    status text NOT NULL CHECK (status IN ('sent', 'taken', 'done', 'failed', 'refused', 'expired')),
    result text,
    ended_at timestamptz,
    PRIMARY KEY (kiosk, seq)
  );
  -- Every few seconds it is asked which of them nobody has heard of in time.
  CREATE INDEX commands_sent ON commands (deadline) WHERE status = 'sent';
  -- What a command brought: a log, a trace, a picture.
  CREATE TABLE attachments (
    kiosk text NOT NULL,
    seq bigint NOT NULL,
    name text NOT NULL,
    media text NOT NULL,
    -- Base64.
    content text NOT NULL,
    PRIMARY KEY (kiosk, seq, name),
    FOREIGN KEY (kiosk, seq) REFERENCES commands
  );
  `,
  `
  -- The same in Chinese, where it was said in both languages; null: it is a word, a figure, or came in one language alone.
  ALTER TABLE alerts ADD COLUMN detail_zh text;
  ALTER TABLE rollouts ADD COLUMN why_zh text;
  ALTER TABLE rollout_kiosks ADD COLUMN why_zh text;
  `,
  `
  -- One order for one kiosk or for many: each of them has a command of its own for it.
  CREATE TABLE orders (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- Whom the person named, as JSON.
    whom text NOT NULL
  );
  -- Null: it was ordered before orders were kept.
  ALTER TABLE commands ADD COLUMN number bigint REFERENCES orders;
  CREATE INDEX commands_ordered ON commands (number);
  `,
  `
  -- That the slip was where it was spent (fleet/wire.ts, AskedMessage); null: nothing shows it.
  ALTER TABLE voucher_redemptions ADD COLUMN proof text;
  ALTER TABLE voucher_conflicts ADD COLUMN proof text;
  CREATE INDEX voucher_conflicts_slips ON voucher_conflicts (issuer, serial);
  `,
];

function partitions(table: string, count: number): string {
  return Array.from(
    { length: count },
    (_, n) => `CREATE TABLE ${table}_${n} PARTITION OF ${table} FOR VALUES WITH (MODULUS ${count}, REMAINDER ${n});`,
  ).join('\n  ');
}
