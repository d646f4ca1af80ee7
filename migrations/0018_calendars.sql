-- A player's time to the minute: hours by season and past midnight, time away, the shape of a day,
-- how far apart rooms are.

-- Weeks that are not like the ordinary ones, from a day to a day, both included. A day of none has
-- the ordinary hours, whose season is null.
create table seasons (
    id          bigint generated always as identity primary key,
    musician_id bigint not null references musicians on delete cascade,
    name        text not null,
    first_day   date not null,
    last_day    date not null,
    constraint seasons_are_forwards check (first_day <= last_day),
    constraint seasons_do_not_overlap exclude using gist
        (musician_id with =, daterange(first_day, last_day, '[]') with &&)
);

-- Past 1440 is the day after: 22:00 to 02:00 is 1320 to 1560, on the weekday it begins.
alter table weekly_hours
    add column season_id bigint references seasons on delete cascade,
    drop constraint weekly_hours_pkey,
    drop constraint weekly_hours_do_not_overlap,
    drop constraint weekly_hours_to_minute_check,
    add constraint weekly_hours_to_minute_check check (to_minute between 1 and 2880),
    add constraint weekly_hours_last_a_day_at_most check (to_minute - from_minute <= 1440),
    add constraint weekly_hours_do_not_overlap exclude using gist
        (musician_id with =, coalesce(season_id, 0) with =, weekday with =,
         int4range(from_minute, to_minute) with &&);
create index weekly_hours_by_musician on weekly_hours (musician_id, weekday, from_minute);
create index weekly_hours_by_season on weekly_hours (season_id) where season_id is not null;

alter table day_exception_spans
    drop constraint day_exception_spans_to_minute_check,
    add constraint day_exception_spans_to_minute_check check (to_minute between 1 and 2880),
    add constraint day_exception_spans_last_a_day_at_most check (to_minute - from_minute <= 1440);

-- Not to be had at all, from a day until the day one is back.
create table absences (
    id          bigint generated always as identity primary key,
    musician_id bigint not null references musicians on delete cascade,
    first_day   date not null,
    back_on     date not null,
    -- For the owner alone.
    note        text not null default '',
    constraint absences_are_forwards check (first_day < back_on),
    constraint absences_do_not_overlap exclude using gist
        (musician_id with =, daterange(first_day, back_on) with &&)
);

create type travel_rule as enum ('none', 'fixed', 'distance');

-- What a player keeps to around and between sessions. Whoever has no row keeps to nothing.
create table day_shapes (
    musician_id    bigint primary key references musicians on delete cascade,
    -- Minutes kept clear before and after each session in a room.
    buffer_before  smallint not null default 0 check (buffer_before between 0 and 240),
    buffer_after   smallint not null default 0 check (buffer_after between 0 and 240),
    -- From one room to another: nothing, so many minutes, or by how far apart they are; then these
    -- are the minutes inside one town.
    travel         travel_rule not null default 'none',
    travel_minutes smallint not null default 0 check (travel_minutes between 0 and 600),
    -- Minutes at least between the end of a session and the start of the next.
    rest           smallint not null default 0 check (rest between 0 and 720),
    -- Minutes from the request to the start, at least.
    notice         int not null default 0 check (notice between 0 and 60 * 24 * 60),
    -- Days ahead at most; null as far as anybody may be asked.
    ahead          smallint check (ahead between 1 and 550),
    most_a_day     smallint check (most_a_day between 1 and 20),
    most_a_week    smallint check (most_a_week between 1 and 100),
    -- Minutes of the day at which sessions start; empty is any.
    starts         smallint[] not null default '{}'
);
insert into day_shapes (musician_id, buffer_before, buffer_after)
select id, buffer_before, buffer_after from musicians where (buffer_before, buffer_after) <> (0, 0);
alter table musicians drop column buffer_before, drop column buffer_after;

-- The town of the room, as far as it is known: travel is reckoned by it.
alter table calls add column town_id bigint references places;

-- Minutes of `blocks` that are the way from the session before.
alter table bookings add column travel_before smallint not null default 0
    check (travel_before between 0 and 6000);

-- What search keeps of a calendar, and what of it moves with the clock or with the length.
alter table open_times
    add column zone   text not null default 'UTC',
    -- Minutes from now, and from now on until which a session may be put.
    add column notice int not null default 0,
    add column ahead  int,
    -- Minutes of the day at which sessions start; null is any.
    add column starts smallint[];

-- Whether a session may start in `stretch`, at one of these minutes of a day of `zone`, and last so
-- long. A time that the clocks show twice is both.
create function has_start(stretch tstzrange, lasting interval, starts smallint[], zone text)
returns boolean language sql stable strict parallel safe as $$
    select exists (
        select 1
        from generate_series((lower(stretch) at time zone zone)::date::timestamp,
                             upper(stretch) at time zone zone, interval '1 day') d,
             unnest(starts) s,
             lateral (select d + make_interval(mins => s) as local) l,
             unnest(array[interval '0', interval '30 minutes', interval '60 minutes']) back,
             lateral (select (l.local at time zone zone) - back as at) c
        where c.at at time zone zone = l.local
          and c.at >= lower(stretch) and c.at + lasting <= upper(stretch))
$$;
