-- What the two sides of a finished booking say of each other, each blind to the other's words until
-- both have written, or seven days have gone since the first did.
create table reviews (
    id           bigint generated always as identity primary key,
    booking_id   bigint not null references bookings,
    -- Whose words: 'producer' is read on the musician's profile.
    by_side      credit_party not null,
    by_account   bigint not null references accounts,
    -- The musician of the booking.
    musician_id  bigint not null references musicians,
    stars        smallint not null check (stars between 1 and 5),
    words        text not null default '',
    written_at   timestamptz not null,
    -- Null while the other side has not written and the week is not over.
    published_at timestamptz,
    unique (booking_id, by_side)
);
create index reviews_of_musicians on reviews (musician_id, published_at desc)
    where by_side = 'producer' and published_at is not null;
create index reviews_to_publish on reviews (written_at) where published_at is null;
