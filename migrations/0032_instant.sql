-- What a player lets producers book at once, without being asked: within hours and for fees they set.
create table instant_rules (
    musician_id  bigint primary key references musicians on delete cascade,
    -- Goes up with each change, so that a page can tell it is stale.
    version      int not null default 1,
    is_on        boolean not null,
    in_rooms     boolean not null,
    remotely     boolean not null,
    -- Days of the week on which sessions are, 1 is Monday; and between which minutes of the day they
    -- are, by the player's clock.
    weekdays     smallint[] not null
        check (weekdays <@ array[1, 2, 3, 4, 5, 6, 7]::smallint[]),
    from_minute  smallint not null,
    to_minute    smallint not null,
    -- From the booking to the start, or to when remote work is due.
    notice_hours smallint not null check (notice_hours between 0 and 720),
    -- The least fee, whatever the terms come to; null is nothing beside them.
    least_fee    bigint check (least_fee > 0),
    currency     char(3) not null,
    check (0 <= from_minute and from_minute < to_minute and to_minute <= 1440)
);
