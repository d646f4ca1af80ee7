-- What is busy by a player's calendars elsewhere.
create table imports (
    id            bigint generated always as identity primary key,
    musician_id   bigint not null references musicians on delete cascade,
    name          text not null,
    -- An https address, which may be a secret of theirs; null is a file they brought.
    url           text,
    -- The last good copy, as it came, and what its server said of it.
    body          bytea,
    etag          text,
    last_modified text,
    -- When that copy was last known to be what the server has.
    fetched_at    timestamptz,
    tried_at      timestamptz,
    -- Since the last good copy.
    failures      smallint not null default 0,
    error         text not null default '',
    -- When it is fetched next; null for a file.
    next_at       timestamptz,
    -- Until when its recurrences are written out.
    known_until   timestamptz,
    created_at    timestamptz not null
);
create index imports_by_musician on imports (musician_id, id);
create index imports_to_fetch on imports (next_at) where next_at is not null;

create table imported_busy (
    import_id   bigint not null references imports on delete cascade,
    musician_id bigint not null references musicians on delete cascade,
    slot        tstzrange not null
                check (not isempty(slot) and lower_inc(slot) and not upper_inc(slot)),
    -- For the owner alone.
    summary     text not null default '',
    is_all_day  boolean not null default false
);
create index imported_busy_by_musician on imported_busy using gist (musician_id, slot);
create index imported_busy_by_import on imported_busy (import_id);
