-- What the database knows of the server that uses it: the id of the data folder that holds its files, and of the run that holds its lock.
CREATE TABLE server_state (
  name TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL
);

-- Where deleted jobs stood, so that whoever lists page by page goes on behind one of them.
CREATE TABLE removed_jobs (
  seq BIGINT NOT NULL PRIMARY KEY,
  id TEXT NOT NULL,
  owner TEXT NOT NULL,
  removed_at BIGINT NOT NULL
);

CREATE INDEX removed_jobs_by_id ON removed_jobs (id);
