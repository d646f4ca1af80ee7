-- What was played, as its two sides write it down: when a session started and ended, the rests, what
-- was played beside. Every change is a version of its own. Each side signs the text of a version, by
-- its hash; once both have signed the same text it is sealed, and nobody changes it any more.
create table report_versions (
    booking_id   bigint not null references bookings,
    number       integer not null check (number > 0),
    by_side      booking_side not null,
    by_account   bigint not null references accounts,
    made_at      timestamptz not null,
    -- Null when remote, and until they are marked.
    started_at   timestamptz,
    ended_at     timestamptz,
    -- Minutes.
    rests        smallint not null check (rests >= 0),
    -- Instruments beside the first.
    doubles      smallint not null check (doubles between 0 and 9),
    -- Remote: how many were recorded.
    songs        smallint check (songs between 1 and 99),
    -- In minor units of the fee's currency: what was agreed on where the terms say nothing.
    overtime_fee bigint check (overtime_fee >= 0),
    doubles_fee  bigint check (doubles_fee >= 0),
    primary key (booking_id, number),
    constraint report_versions_end_after_they_start
        check (ended_at is null or (started_at is not null and started_at < ended_at))
);
create index report_versions_by_account on report_versions (by_account);
create trigger report_versions_are_append_only before update or delete on report_versions
    for each row execute function refuse_change();

create table report_signatures (
    booking_id bigint not null references bookings,
    by_side    booking_side not null,
    by_account bigint not null references accounts,
    -- SHA-256 of the text that was signed, in hex.
    sha256     text not null check (sha256 ~ '^[0-9a-f]{64}$'),
    signed_at  timestamptz not null,
    primary key (booking_id, by_side, sha256)
);
create index report_signatures_by_account on report_signatures (by_account);
create trigger report_signatures_are_append_only before update or delete on report_signatures
    for each row execute function refuse_change();

create table report_seals (
    booking_id bigint primary key references bookings,
    text       text not null,
    sha256     text not null,
    -- The same as data, for pages and programs.
    report     jsonb not null,
    sealed_at  timestamptz not null,
    constraint report_seals_are_of_their_text
        check (sha256 = encode(sha256(convert_to(text, 'UTF8')), 'hex'))
);
create trigger report_seals_are_append_only before update or delete on report_seals
    for each row execute function refuse_change();
