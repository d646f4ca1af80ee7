-- What is busy by a player's calendars elsewhere.
create table imports (
    id            bigint generated always as identity primary key,
    musician_id   bigint not null references musicians on delete cascade,
    name          text not null,
    -- An https address, which may be a secret of theirs; null is a file they brought.
    url           text,
    -- The last good copy as it came, its hash, and what its server said of it.
    body          bytea not null,
    body_hash     bytea not null,
    etag          text,
    last_modified text,
    -- When that copy was last known to be what the server has.
    read_at       timestamptz not null,
    -- What of it could not be read, in sentences.
    note          text not null default '',
    -- From when to when, and by whose clock, its recurrences are written out; a hash of all that.
    known         tstzrange not null
                  check (not isempty(known) and lower_inc(known) and not upper_inc(known)),
    zone          text not null,
    busy_hash     bytea not null,
    tried_at      timestamptz not null,
    -- Since the last good copy: how often it failed, from when on, why, and when its owner was told.
    failures      smallint not null default 0,
    failing_since timestamptz,
    error         text not null default '',
    told_at       timestamptz,
    -- When it is looked at next: a file too, for days go by.
    next_at       timestamptz not null,
    -- Goes up with each look that was written down: one that began before comes too late.
    version       bigint not null default 0,
    created_at    timestamptz not null,
    -- Then nothing of it is busy any more, but it can be put back for a day.
    removed_at    timestamptz
);
create index imports_by_musician on imports (musician_id, id);
create index imports_due on imports (next_at) where removed_at is null;

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

-- Whoever moves takes their calendars along: days from midnight to midnight, and times without a
-- zone, are by their own clock, so all are due to be written out again.
create function imports_follow_zone() returns trigger language plpgsql as $$
begin
    update imports set next_at = created_at where musician_id = new.id;
    return null;
end $$;
create trigger imports_follow_zone after update of zone on musicians
    for each row when (old.zone is distinct from new.zone) execute function imports_follow_zone();
