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
];

function partitions(table: string, count: number): string {
  return Array.from(
    { length: count },
    (_, n) => `CREATE TABLE ${table}_${n} PARTITION OF ${table} FOR VALUES WITH (MODULUS ${count}, REMAINDER ${n});`,
  ).join('\n  ');
}
