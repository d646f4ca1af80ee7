-- Addresses at which other programs read a player's bookings, and bookings that go with a mail.
create type feed_detail as enum ('full', 'busy');

create table feeds (
    id          bigint generated always as identity primary key,
    musician_id bigint not null references musicians on delete cascade,
    -- Who has the address may read; it is a secret, so only its hash is here.
    secret_hash bytea not null unique,
    name        text not null,
    detail      feed_detail not null,
    created_at  timestamptz not null,
    -- Written once an hour at most.
    read_at     timestamptz,
    -- The hash of what was read last, and since when it reads so.
    content     bytea,
    changed_at  timestamptz,
    constraint feeds_know_since_when check ((content is null) = (changed_at is null))
);
create index feeds_by_musician on feeds (musician_id, id);

-- What of a mail belongs in a calendar. The worker writes it as a file, because it knows under which
-- address the site is reached.
alter table mails add column entry jsonb;
