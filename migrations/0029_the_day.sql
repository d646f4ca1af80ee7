-- The day itself. Who is running late says so, as often as that changes; who did not come is said by
-- the other side with what shows it, answered with another account, and settled: between the two, by an
-- admin, or by the clock. What was said is never changed.
create table delays (
    id         bigint generated always as identity primary key,
    booking_id bigint not null references bookings,
    by_side    booking_side not null,
    by_account bigint not null references accounts,
    said_at    timestamptz not null,
    -- After the booked start.
    minutes    smallint not null check (minutes between 5 and 180),
    words      text not null
);
create index delays_by_booking on delays (booking_id, id);
create index delays_by_account on delays (by_account);
create trigger delays_are_append_only before update or delete on delays
    for each row execute function refuse_change();

create type no_show_status as enum
    ('claimed', 'contested', 'taken_back', 'agreed', 'unanswered', 'ruled');

-- One side of a confirmed session says that the other did not come. Each says it once.
create table no_shows (
    id         bigint generated always as identity primary key,
    booking_id bigint not null references bookings,
    -- Who says it.
    by_side    booking_side not null,
    claimed_at timestamptz not null,
    answer_by  timestamptz not null,
    status     no_show_status not null default 'claimed',
    -- Who did not come, as it was settled; null while it is not, and where both did or nobody can say.
    absent     booking_side,

    unique (booking_id, by_side),
    constraint no_shows_are_settled_before_they_count
        check (absent is null or status in ('agreed', 'unanswered', 'ruled'))
);
create unique index no_shows_one_open on no_shows (booking_id)
    where status in ('claimed', 'contested');
create index no_shows_to_settle on no_shows (answer_by) where status = 'claimed';
create index no_shows_to_judge on no_shows (id) where status = 'contested';

-- What was said of it, and by whom: null is the clock.
create table no_show_statements (
    id         bigint generated always as identity primary key,
    no_show_id bigint not null references no_shows,
    -- What it made of the claim.
    status     no_show_status not null,
    by_account bigint references accounts,
    at         timestamptz not null,
    words      text not null
);
create index no_show_statements_by_no_show on no_show_statements (no_show_id, id);
create index no_show_statements_by_account on no_show_statements (by_account);
create trigger no_show_statements_are_append_only before update or delete on no_show_statements
    for each row execute function refuse_change();

-- Pictures and papers that go with a statement. Who leaves takes theirs along.
create table evidence (
    id           bigint generated always as identity primary key,
    statement_id bigint not null references no_show_statements,
    position     smallint not null,
    -- Where its bytes lie in the object store.
    key          text not null unique,
    name         text not null,
    -- What it was found to be, such as PDF.
    kind         text not null,
    bytes        bigint not null check (bytes >= 0),
    sha256       bytea not null,

    unique (statement_id, position)
);

-- One side says that the other did not come, and that is not settled: nothing else becomes of it then.
alter table bookings add column is_disputed boolean not null default false,
    add constraint bookings_are_disputed_while_confirmed
        check (not is_disputed or status = 'confirmed');
