-- Who played on what. The smallest row: one performer, one instrument, one recording, one session.
create table recordings (
    id         bigint generated always as identity primary key,
    title      text not null,
    artist     text not null,
    -- Twelve characters without hyphens.
    isrc       char(12) unique,
    created_at timestamptz not null
);
create index recordings_by_title on recordings (plain(title), plain(artist));

create type credit_status as enum ('drafted', 'claimed', 'confirmed', 'disputed');
create type credit_party as enum ('producer', 'musician');

create table credits (
    id            bigint generated always as identity primary key,
    recording_id  bigint not null references recordings,
    -- Null once the player is gone; the name stays.
    musician_id   bigint references musicians on delete set null,
    credited_as   text not null,
    instrument_id bigint not null references instruments,
    genre_id      bigint not null references genres,
    booking_id    bigint unique references bookings,
    -- The day of the session where it was, or the day remote work was marked done.
    played_on     date not null,
    status        credit_status not null default 'drafted',
    -- Whose agreement is still wanting; null once confirmed.
    awaits        credit_party,
    confirmed_at  timestamptz,
    created_at    timestamptz not null,

    constraint credits_confirmed_await_nobody
        check ((status = 'confirmed') = (confirmed_at is not null) and (status <> 'confirmed' or awaits is null))
);
create index credits_by_recording on credits (recording_id, id);
create index credits_by_musician on credits (musician_id, id desc);
-- The track record: how often exactly this, and when last.
create index credits_track_record on credits (musician_id, instrument_id, genre_id, played_on)
    where status = 'confirmed';

create table credit_events (
    id         bigint generated always as identity primary key,
    credit_id  bigint not null references credits,
    status     credit_status not null,
    by_account bigint not null references accounts,
    at         timestamptz not null,
    -- What it said from here on: the recording, the name, the instrument.
    detail     jsonb not null
);
create index credit_events_by_credit on credit_events (credit_id, id);
create trigger credit_events_are_append_only before update or delete on credit_events
    for each row execute function refuse_change();
