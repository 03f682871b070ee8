-- What the database knows of the server that uses it: the id of the data folder that holds its files, and of the run that holds its lock.
CREATE TABLE server_state (
  name TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL
);
