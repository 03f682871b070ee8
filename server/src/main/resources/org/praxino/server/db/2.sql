-- How many seconds of video a key may have made a day, null for as many as it likes; how many each had made, by days since 1970 (UTC); what a job counts for.
ALTER TABLE api_keys ADD COLUMN day_seconds INTEGER;

CREATE TABLE day_use (
  owner TEXT NOT NULL,
  day BIGINT NOT NULL,
  seconds DOUBLE PRECISION NOT NULL,
  PRIMARY KEY (owner, day)
);

ALTER TABLE jobs ADD COLUMN cost DOUBLE PRECISION NOT NULL DEFAULT 0;
