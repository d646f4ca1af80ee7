-- What a producer puts together, and the engagement of one musician for it.
create type call_kind as enum ('room', 'remote');

create table calls (
    id          bigint generated always as identity primary key,
    producer_id bigint not null references accounts,
    title       text not null,
    artist      text not null,
    kind        call_kind not null,
    -- In a room: when. Remote: by when.
    starts_at   timestamptz,
    ends_at     timestamptz,
    due_at      timestamptz,
    -- The zone in which the times are told: the room's, or the player's when remote.
    zone        text not null,
    place       text not null default '',
    brief       text not null,
    genre_id    bigint not null references genres,
    -- Made with the form, so that sending it twice makes one call.
    form_key    text,
    created_at  timestamptz not null,

    unique (producer_id, form_key),
    constraint calls_say_when check (case kind
        when 'room' then starts_at < ends_at and due_at is null
        else starts_at is null and ends_at is null and due_at is not null end)
);

create type booking_status as enum
    ('requested', 'confirmed', 'declined', 'withdrawn', 'lapsed', 'cancelled', 'done');

create table bookings (
    id            bigint generated always as identity primary key,
    call_id       bigint not null references calls,
    musician_id   bigint not null references musicians,
    instrument_id bigint not null references instruments,
    fee           bigint not null check (fee >= 0),
    currency      char(3) not null,
    status        booking_status not null default 'requested',
    reply_by      timestamptz not null,
    -- The musician's time that it takes once confirmed, buffers included; null when remote.
    blocks        tstzrange,
    created_at    timestamptz not null,

    -- Two confirmed bookings of one musician never overlap, whatever the code does. The action
    -- locks the musician first: alone, this constraint is right but stalls under a race.
    constraint bookings_no_double_booking exclude using gist
        (musician_id with =, blocks with &&) where (status in ('confirmed', 'done'))
);
create index bookings_by_musician on bookings (musician_id, id desc);
create index bookings_by_call on bookings (call_id);
create index bookings_to_lapse on bookings (reply_by) where status = 'requested';
create index calls_by_producer on calls (producer_id, id desc);

-- One row for each step of a booking's life.
create table booking_events (
    id         bigint generated always as identity primary key,
    booking_id bigint not null references bookings,
    status     booking_status not null,
    -- Null when the clock did it.
    by_account bigint references accounts,
    at         timestamptz not null,
    word       text not null default ''
);
create index booking_events_by_booking on booking_events (booking_id, id);
create trigger booking_events_are_append_only before update or delete on booking_events
    for each row execute function refuse_change();
