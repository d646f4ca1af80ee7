-- When a player can be had: wall-clock minutes of a day in the player's own zone, half-open.
-- 1440 is midnight at the day's end.
create table weekly_hours (
    musician_id bigint not null references musicians on delete cascade,
    weekday     smallint not null check (weekday between 1 and 7),
    from_minute smallint not null check (from_minute between 0 and 1439),
    to_minute   smallint not null check (to_minute between 1 and 1440),
    primary key (musician_id, weekday, from_minute),
    constraint weekly_hours_are_forwards check (from_minute < to_minute),
    constraint weekly_hours_do_not_overlap exclude using gist
        (musician_id with =, weekday with =, int4range(from_minute, to_minute) with &&)
);

-- A single day that is not like its weekday. Without spans it is closed.
create table day_exceptions (
    musician_id bigint not null references musicians on delete cascade,
    day         date not null,
    note        text not null default '',
    primary key (musician_id, day)
);
create table day_exception_spans (
    musician_id bigint not null,
    day         date not null,
    from_minute smallint not null check (from_minute between 0 and 1439),
    to_minute   smallint not null check (to_minute between 1 and 1440),
    primary key (musician_id, day, from_minute),
    foreign key (musician_id, day) references day_exceptions on delete cascade,
    constraint day_exception_spans_are_forwards check (from_minute < to_minute)
);
