-- What players play, and in what manner. Seeded next; edited by admins later.
create table instruments (
    id               bigint generated always as identity primary key,
    slug             text not null unique,
    name             text not null unique,
    family           text not null,
    -- MusicBrainz's row and exact name; voices are another kind of thing there and have none.
    musicbrainz_id   bigint,
    musicbrainz_name text,
    -- An allowed value of DDEX InstrumentType, exactly.
    ddex_type        text not null,
    position         int not null
);
create table instrument_aliases (
    instrument_id bigint not null references instruments on delete cascade,
    alias         text not null,
    primary key (instrument_id, alias)
);
-- Who asks for the instrument may also be served by its kin, ranked after.
create table instrument_kin (
    instrument_id bigint not null references instruments on delete cascade,
    kin_id        bigint not null references instruments on delete cascade,
    primary key (instrument_id, kin_id)
);
create table genres (
    id        bigint generated always as identity primary key,
    slug      text not null unique,
    name      text not null unique,
    parent_id bigint references genres,
    position  int not null
);
create index genres_by_parent on genres (parent_id);
create table genre_aliases (
    genre_id bigint not null references genres on delete cascade,
    alias    text not null,
    primary key (genre_id, alias)
);
