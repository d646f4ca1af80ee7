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
    -- When it was first written: changing it does not begin the week anew.
    written_at   timestamptz not null,
    -- Null while the other side has not written and the week is not over.
    published_at timestamptz,
    -- Taken down by an admin, for a reason that its writer was told. It is read and counted no more.
    taken_down_at  timestamptz,
    taken_down_for text,
    unique (booking_id, by_side),
    constraint reviews_are_taken_down_for_a_reason
        check ((taken_down_at is null) = (taken_down_for is null)),
    constraint reviews_are_taken_down_once_public
        check (taken_down_at is null or published_at is not null)
);
create index reviews_of_musicians on reviews (musician_id, published_at desc, id desc)
    where by_side = 'producer' and published_at is not null and taken_down_at is null;
create index reviews_by_account on reviews (by_account);
create index reviews_to_publish on reviews (written_at) where published_at is null;
