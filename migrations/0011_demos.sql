-- Audio on a profile. A row exists once its file was decoded whole and is in the store.
create table demos (
    id            bigint generated always as identity primary key,
    musician_id   bigint not null references musicians on delete cascade,
    instrument_id bigint not null references instruments,
    genre_id      bigint not null references genres,
    -- The credited recording it is a part of, where there is one: theirs, and confirmed.
    credit_id     bigint references credits on delete set null,
    title         text not null,
    -- What the player did in it: "fiddle, all three parts".
    part          text not null default '',
    position      smallint not null,
    created_at    timestamptz not null
);
create index demos_by_musician on demos (musician_id, position);
