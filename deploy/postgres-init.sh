#!/bin/sh
# Runs once, on an empty data volume: creates a user and a database for Parley, besides those of Temporal.
set -eu
psql -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres -v password="$PARLEY_DB_PASSWORD" <<'SQL'
CREATE ROLE parley LOGIN PASSWORD :'password';
CREATE DATABASE parley OWNER parley;
SQL
