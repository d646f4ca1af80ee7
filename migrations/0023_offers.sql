-- What the sides of a booking put to each other once they talk about terms. A request is answered by
-- a counter-offer, which takes its place until it is answered itself; of a confirmed booking an offer
-- is a proposal to change what was agreed, which stays as it is, its time held, until the other side
-- accepts. Terms are never edited: each set of them is a row.
create type booking_side as enum ('producer', 'musician');
create type offer_status as enum ('open', 'accepted', 'declined', 'withdrawn', 'lapsed', 'replaced');

create table offers (
    id         bigint generated always as identity primary key,
    booking_id bigint not null references bookings,
    side       booking_side not null,
    fee        bigint not null check (fee > 0),
    currency   char(3) not null,
    -- In a room: when. Remote: by when.
    starts_at  timestamptz,
    ends_at    timestamptz,
    due_at     timestamptz,
    -- What else is to be otherwise, in words.
    terms      text not null default '',
    made_at    timestamptz not null,
    -- Until when it may be answered.
    expires_at timestamptz not null,
    status     offer_status not null default 'open',
    -- Made with the form, so that sending it twice offers once.
    form_key   text,

    unique (booking_id, form_key),
    constraint offers_say_when check
        (case when due_at is null then starts_at < ends_at else starts_at is null and ends_at is null end)
);
create index offers_by_booking on offers (booking_id, id);
-- One at a time: who answers is never in doubt.
create unique index offers_one_open on offers (booking_id) where status = 'open';
create index offers_to_lapse on offers (expires_at) where status = 'open';

-- A line of history that is about an offer: which, and what became of it.
alter table booking_events
    add column offer_id bigint references offers,
    add column offer_became offer_status,
    add constraint booking_events_about_offers check ((offer_id is null) = (offer_became is null));
