-- A player's profile, as its owner and the admins handle it.
create type profile_status as enum
    ('draft', 'submitted', 'published', 'changes_requested', 'hidden');

create table musicians (
    id             bigint generated always as identity primary key,
    account_id     bigint not null unique references accounts,
    slug           text not null unique,
    name           text not null,
    headline       text not null default '',
    about          text not null default '',
    place          text not null default '',
    -- An IANA name; the player's wall clock.
    zone           text not null,
    works_in_room  boolean not null default true,
    works_remotely boolean not null default false,
    currency       char(3) not null default 'USD',
    -- Minor units of the currency: for a session of three hours, and for a remote song.
    session_rate   bigint check (session_rate >= 0),
    song_rate      bigint check (song_rate >= 0),
    reads_notation boolean not null default false,
    reads_numbers  boolean not null default false,
    plays_by_ear   boolean not null default false,
    -- Minutes kept clear before and after each session in a room.
    buffer_before  smallint not null default 0 check (buffer_before between 0 and 240),
    buffer_after   smallint not null default 0 check (buffer_after between 0 and 240),
    status         profile_status not null default 'draft',
    -- Goes up with each change, so that a page can tell it is stale.
    version        int not null default 1,
    created_at     timestamptz not null,
    published_at   timestamptz
);
create index musicians_by_status on musicians (status, id);
create index musicians_by_words on musicians
    using gin (plain(name || ' ' || headline || ' ' || about || ' ' || place) gin_trgm_ops)
    where status = 'published';

create table musician_instruments (
    musician_id   bigint not null references musicians on delete cascade,
    instrument_id bigint not null references instruments,
    gear          text not null default '',
    is_primary    boolean not null default false,
    position      smallint not null,
    primary key (musician_id, instrument_id)
);
create index musician_instruments_by_instrument on musician_instruments (instrument_id, musician_id);
create unique index musicians_have_one_primary on musician_instruments (musician_id) where is_primary;

create table musician_genres (
    musician_id bigint not null references musicians on delete cascade,
    genre_id    bigint not null references genres,
    primary key (musician_id, genre_id)
);
create index musician_genres_by_genre on musician_genres (genre_id, musician_id);

-- What an admin asked to have changed, field by field, until the profile is sent in again.
create table profile_remarks (
    musician_id bigint not null references musicians on delete cascade,
    field       text not null,
    remark      text not null,
    primary key (musician_id, field)
);

-- Each change of a profile's status.
create table profile_events (
    id          bigint generated always as identity primary key,
    musician_id bigint not null references musicians,
    status      profile_status not null,
    by_account  bigint not null references accounts,
    at          timestamptz not null,
    word        text not null default ''
);
create index profile_events_by_musician on profile_events (musician_id, id);
create trigger profile_events_are_append_only before update or delete on profile_events
    for each row execute function refuse_change();
