-- Audio on a profile. A row exists once its file was decoded whole and is in the store.
create table demos (
    id             bigint generated always as identity primary key,
    musician_id    bigint not null references musicians on delete cascade,
    instrument_id  bigint not null references instruments,
    genre_id       bigint not null references genres,
    -- The credited recording it is a part of, where there is one: theirs, and confirmed.
    credit_id      bigint references credits on delete set null,
    title          text not null,
    -- What the player did in it: "fiddle, all three parts".
    part           text not null default '',
    position       smallint not null,

    -- As it was sent: the key of the file in the store, the type we found it to be.
    file_key       text not null unique,
    format         text not null,
    file_bytes     bigint not null,
    sha256         bytea not null,
    -- A rendition as WAV, where not every browser plays what was sent.
    playable_key   text unique,
    playable_bytes bigint,

    duration_ms    int not null,
    -- Integrated loudness by EBU R128, heard from two speakers whether it is mono or stereo.
    lufs           real not null,
    -- The loudest in each of some hundred stretches of equal length, 0 to 255.
    peaks          bytea not null,

    -- Of the form it came with: one sent twice makes one demo.
    form_key       text,
    created_at     timestamptz not null,

    unique (musician_id, form_key),
    constraint demos_renditions_have_a_size check ((playable_key is null) = (playable_bytes is null)),
    constraint demos_can_be_heard check (duration_ms > 0)
);
create index demos_by_musician on demos (musician_id, position, id);
