-- Times are milliseconds since 1970. What a job is to make is JSON, of which the tables need to know nothing.
CREATE TABLE jobs (
  seq ${serial},
  id TEXT NOT NULL UNIQUE,
  owner TEXT NOT NULL,
  kind TEXT NOT NULL,
  state TEXT NOT NULL,
  spec TEXT NOT NULL,
  origin TEXT,
  starts INTEGER NOT NULL,
  created_at BIGINT NOT NULL,
  started_at BIGINT,
  ended_at BIGINT,
  expires_at BIGINT,
  error_code TEXT,
  error_message TEXT,
  bytes BIGINT NOT NULL,
  deleted INTEGER NOT NULL,
  idempotency_key TEXT,
  body_hash TEXT
);

CREATE UNIQUE INDEX jobs_by_idempotency_key ON jobs (owner, idempotency_key);

CREATE INDEX jobs_by_state ON jobs (state, seq);

CREATE INDEX jobs_by_owner ON jobs (owner, seq);

CREATE TABLE api_keys (
  seq ${serial},
  id TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  hash TEXT NOT NULL,
  scopes TEXT NOT NULL,
  max_jobs INTEGER NOT NULL,
  per_minute INTEGER NOT NULL,
  created_at BIGINT NOT NULL,
  revoked_at BIGINT
);

CREATE TABLE deliveries (
  seq ${serial},
  id TEXT NOT NULL UNIQUE,
  job TEXT NOT NULL,
  owner TEXT NOT NULL,
  event TEXT NOT NULL,
  url TEXT NOT NULL,
  body TEXT NOT NULL,
  state TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  next_at BIGINT NOT NULL
);

CREATE INDEX deliveries_due ON deliveries (state, next_at);

CREATE INDEX deliveries_by_job ON deliveries (job, seq);

CREATE TABLE delivery_attempts (
  seq ${serial},
  delivery TEXT NOT NULL,
  at BIGINT NOT NULL,
  status INTEGER,
  error TEXT,
  millis BIGINT NOT NULL
);

CREATE INDEX attempts_by_delivery ON delivery_attempts (delivery, seq);
