-- What search walks: derived from what rooms keep, in the transaction that changes it, by triggers,
-- so that no path can forget. `docs/performance.md` tells why it has this shape.

-- What a unit of each currency is worth, so that "at most 400 USD" also finds who asks in pounds.
-- Reference rates of the European Central Bank; `first-call exchange-rates` brings newer ones.
create table exchange_rates (
    currency char(3) primary key,
    -- Units of the currency for one euro.
    per_euro double precision not null check (per_euro > 0),
    -- How many decimals its minor unit has.
    exponent smallint not null,
    as_of    date not null
);
insert into exchange_rates (currency, per_euro, exponent, as_of)
select currency, per_euro, exponent, '2024-12-31' from (values
    ('EUR', 1, 2), ('USD', 1.0389, 2), ('JPY', 163.06, 0), ('BGN', 1.9558, 2), ('CZK', 25.185, 2),
    ('DKK', 7.4578, 2), ('GBP', 0.82918, 2), ('HUF', 411.35, 2), ('PLN', 4.2750, 2),
    ('RON', 4.9743, 2), ('SEK', 11.4590, 2), ('CHF', 0.9412, 2), ('ISK', 143.90, 0),
    ('NOK', 11.7950, 2), ('TRY', 36.7372, 2), ('AUD', 1.6772, 2), ('BRL', 6.4253, 2),
    ('CAD', 1.4948, 2), ('CNY', 7.5833, 2), ('HKD', 8.0686, 2), ('IDR', 16820.88, 2),
    ('ILS', 3.7885, 2), ('INR', 88.9335, 2), ('KRW', 1532.15, 0), ('MXN', 21.5504, 2),
    ('MYR', 4.6454, 2), ('NZD', 1.8532, 2), ('PHP', 60.301, 2), ('SGD', 1.4164, 2),
    ('THB', 35.676, 2), ('ZAR', 19.6188, 2)) as known (currency, per_euro, exponent);

-- An amount in millionths of a euro: fine enough that no two amounts of a currency become one.
-- Null where the currency has no rate. `model::Rates` does the same sum.
create function micro_euros(minor bigint, of_currency char(3)) returns bigint
    language sql stable strict as $$
    select floor(minor::double precision / 10 ^ exponent / per_euro * 1e6 + 0.5)::bigint
    from exchange_rates where currency = of_currency
$$;

-- What `availability::Calendar` says is free, kept beside its causes for search to look up; written
-- by `availability::keep_open_time` in their transaction.
create table open_times (
    musician_id bigint primary key references musicians on delete cascade,
    free        tstzmultirange not null,
    -- What is after this is not known here: the calendar must be asked.
    known_until timestamptz not null,
    -- How many of the 28 days after it was kept had room for a session of three hours.
    open_days   smallint not null
);
create index open_times_by_age on open_times (known_until);
-- Everybody has one, so that whose is missing need not be searched: from the beginning it is overdue.
create function begin_open_time() returns trigger language plpgsql as $$
begin
    insert into open_times (musician_id, free, known_until, open_days)
    values (new.id, '{}', '-infinity', 0);
    return null;
end $$;
create trigger musicians_begin_open_time after insert on musicians
    for each row execute function begin_open_time();
insert into open_times (musician_id, free, known_until, open_days)
select id, '{}', '-infinity', 0 from musicians;

-- One row for each published player: what a search filters by and a result shows.
create table listings (
    musician_id    bigint primary key references musicians on delete cascade,
    slug           text not null,
    name           text not null,
    headline       text not null,
    place          text not null,
    zone           text not null,
    latitude       double precision,
    longitude      double precision,
    works_in_room  boolean not null,
    works_remotely boolean not null,
    currency       char(3) not null,
    session_rate   bigint,
    song_rate      bigint,
    -- The same in millionths of a euro, to compare.
    session_micros bigint,
    song_micros    bigint,
    reads_notation boolean not null,
    reads_numbers  boolean not null,
    plays_by_ear   boolean not null,
    languages      text[] not null,
    unions         text[] not null,
    has_audio      boolean not null,
    -- The primary first.
    instruments    int[] not null,
    own_genres     int[] not null,
    -- Their own and those they have confirmed credits in, with all above these.
    genres         int[] not null,
    -- Every word of name, profile, gear, instruments, genres, recordings and artists.
    words          tsvector not null,
    listed_at      timestamptz not null
);
create index listings_by_words on listings using gin (words);
create index listings_by_slug on listings (slug);

-- One row for each pair of instrument and genre a player is looked for by; 0 stands for any.
create table listing_entries (
    musician_id    bigint not null references listings on delete cascade,
    instrument_id  int not null,
    genre_id       int not null,
    -- The order of the best match: see `points`.
    points         real not null,
    -- Confirmed credits of exactly this.
    credits        int not null,
    last_played_on date,
    -- Credits the player claims and nobody confirmed: shown, never counted.
    claimed        int not null,
    listed_at      timestamptz not null,
    primary key (musician_id, instrument_id, genre_id)
);
create index listing_entries_by_points on listing_entries
    (instrument_id, genre_id, points desc, musician_id) include (credits, listed_at);
create index listing_entries_by_credits on listing_entries
    (instrument_id, genre_id, credits desc, musician_id);
-- Those for whom places are reserved, the newest first.
create index listing_entries_of_newcomers on listing_entries
    (instrument_id, genre_id, listed_at desc, musician_id) where credits < 3;

-- What the order of the best match is made of. This is the formula; `/about/ranking` reads its
-- weights here and says them in words.
create function ranking_weights(
    out a_doubling_of_credits real, out open_days real, out answers real, out reviews real,
    out newcomer_credits int, out newcomer_days int, out a_place_in int
) language sql immutable parallel safe as $$ select 100, 20, 15, 15, 3, 90, 6 $$;

-- `open_share`, `answered_share` and `review_share` are from 0 to 1; one that is not known counts half.
create function points(
    credits bigint, open_share double precision, answered_share double precision,
    review_share double precision
) returns real language sql immutable parallel safe as $$
    select (w.a_doubling_of_credits * log(2, 1 + credits)
            + w.open_days * coalesce(open_share, 0.5)
            + w.answers * coalesce(answered_share, 0.5)
            + w.reviews * coalesce(review_share, 0.5))::real
    from ranking_weights() w
$$;

-- The words of a text: accents and capitals aside.
create function words_of(text) returns text[] language sql immutable strict parallel safe as $$
    select array(select distinct left(word, 60)
                 from regexp_split_to_table(plain($1), '[^[:alnum:]]+') word where word <> '')
$$;

-- Writes the listings of these players anew: those of whoever is no longer published go.
create function refresh_listings(ids bigint[]) returns void language plpgsql as $$
begin
    -- Who writes the same listing waits here, and then reads what was committed meanwhile: what is
    -- computed below before such a wait would put back what the other has changed.
    perform 1 from listings l where l.musician_id = any(ids)
    order by l.musician_id for no key update;

    delete from listings l where l.musician_id = any(ids)
        and not exists (select 1 from musicians m
                        where m.id = l.musician_id and m.status = 'published');

    insert into listings as l
    select m.id, m.slug, m.name, m.headline, m.place, m.zone, p.latitude, p.longitude,
           m.works_in_room, m.works_remotely, m.currency, m.session_rate, m.song_rate,
           micro_euros(m.session_rate, m.currency), micro_euros(m.song_rate, m.currency),
           m.reads_notation, m.reads_numbers, m.plays_by_ear, m.languages, m.unions,
           exists (select 1 from demos d where d.musician_id = m.id),
           array(select i.instrument_id::int from musician_instruments i
                 where i.musician_id = m.id order by i.position),
           array(select g.genre_id::int from musician_genres g
                 where g.musician_id = m.id order by g.genre_id),
           array(with recursive above as (
                     select g.id, g.parent_id from genres g
                     where g.id in (select mg.genre_id from musician_genres mg
                                    where mg.musician_id = m.id
                                    union
                                    select c.genre_id from credits c
                                    where c.musician_id = m.id and c.status = 'confirmed')
                     union
                     select g.id, g.parent_id from genres g join above a on g.id = a.parent_id)
                 select id::int from above order by id),
           array_to_tsvector(words_of(concat_ws(' ', m.name, m.headline, m.about, m.place,
               (select string_agg(concat_ws(' ', i.gear, n.name,
                           (select string_agg(alias, ' ') from instrument_aliases a
                            where a.instrument_id = n.id)), ' ')
                from musician_instruments i join instruments n on n.id = i.instrument_id
                where i.musician_id = m.id),
               (select string_agg(concat_ws(' ', n.name,
                           (select string_agg(alias, ' ') from genre_aliases a
                            where a.genre_id = n.id)), ' ')
                from musician_genres g join genres n on n.id = g.genre_id
                where g.musician_id = m.id),
               (select string_agg(distinct r.title || ' ' || r.artist, ' ')
                from credits c join recordings r on r.id = c.recording_id
                where c.musician_id = m.id and c.status = 'confirmed')))),
           coalesce(m.published_at, m.created_at)
    from musicians m
    left join places p on p.id = m.place_id
    where m.id = any(ids) and m.status = 'published'
    on conflict (musician_id) do update
    set (slug, name, headline, place, zone, latitude, longitude, works_in_room, works_remotely,
         currency, session_rate, song_rate, session_micros, song_micros, reads_notation,
         reads_numbers, plays_by_ear, languages, unions, has_audio, instruments, own_genres,
         genres, words, listed_at)
      = (excluded.slug, excluded.name, excluded.headline, excluded.place, excluded.zone,
         excluded.latitude, excluded.longitude, excluded.works_in_room, excluded.works_remotely,
         excluded.currency, excluded.session_rate, excluded.song_rate, excluded.session_micros,
         excluded.song_micros, excluded.reads_notation, excluded.reads_numbers,
         excluded.plays_by_ear, excluded.languages, excluded.unions, excluded.has_audio,
         excluded.instruments, excluded.own_genres, excluded.genres, excluded.words,
         excluded.listed_at);

    with listed as materialized (
        select l.musician_id, l.listed_at, l.instruments || 0 as instruments, l.genres || 0 as genres,
               o.open_days / 28.0 as open_share,
               (select case when count(*) >= 3
                            then count(*) filter (where b.status <> 'lapsed')::double precision / count(*)
                       end
                from bookings b
                where b.musician_id = l.musician_id
                  and b.status in ('confirmed', 'declined', 'cancelled', 'done', 'lapsed')) as answered,
               (select (avg(r.stars) - 1) / 4.0 from reviews r
                where r.musician_id = l.musician_id and r.by_side = 'producer'
                  and r.published_at is not null and r.taken_down_at is null) as liked
        from listings l
        left join open_times o on o.musician_id = l.musician_id
        where l.musician_id = any(ids)
    ), above as materialized (
        -- Each genre with itself, all above it, and any.
        with recursive up as (
            select id, id as over, parent_id from genres
            union all
            select u.id, g.id, g.parent_id from up u join genres g on g.id = u.parent_id)
        select id, over::int as over from up union all select id, 0 from genres
    ), counted as materialized (
        select c.musician_id, i.id as instrument_id, a.over as genre_id,
               count(*) filter (where c.status = 'confirmed') as credits,
               max(c.played_on) filter (where c.status = 'confirmed') as last_played_on,
               count(*) filter (where c.status = 'claimed') as claimed
        from credits c
        join above a on a.id = c.genre_id
        cross join lateral (values (c.instrument_id::int), (0)) i (id)
        where c.musician_id = any(ids) and c.status in ('confirmed', 'claimed')
        group by 1, 2, 3
    ), wanted as materialized (
        select l.musician_id, i.id as instrument_id, g.id as genre_id,
               points(coalesce(c.credits, 0), l.open_share, l.answered, l.liked) as points,
               coalesce(c.credits, 0)::int as credits, c.last_played_on,
               coalesce(c.claimed, 0)::int as claimed, l.listed_at
        from listed l
        cross join unnest(l.instruments) i (id)
        cross join unnest(l.genres) g (id)
        left join counted c on c.musician_id = l.musician_id and c.instrument_id = i.id
             and c.genre_id = g.id
    ), gone as (
        delete from listing_entries e
        where e.musician_id = any(ids)
          and not exists (select 1 from wanted w where w.musician_id = e.musician_id
                          and w.instrument_id = e.instrument_id and w.genre_id = e.genre_id)
    )
    insert into listing_entries as e (musician_id, instrument_id, genre_id, points, credits,
                                      last_played_on, claimed, listed_at)
    select musician_id, instrument_id, genre_id, points, credits, last_played_on, claimed, listed_at
    from wanted
    on conflict (musician_id, instrument_id, genre_id) do update
    set (points, credits, last_played_on, claimed, listed_at)
      = (excluded.points, excluded.credits, excluded.last_played_on, excluded.claimed,
         excluded.listed_at)
    where (e.points, e.credits, e.last_played_on, e.claimed, e.listed_at)
       is distinct from (excluded.points, excluded.credits, excluded.last_played_on,
                         excluded.claimed, excluded.listed_at);
end $$;

-- What changed of all that is public: what the servers read to keep up what they have in memory, and
-- what makes a listing be written anew, once a transaction.
create table listing_changes (
    id          bigint generated always as identity primary key,
    -- Whose profile, listing or time; 0 where it is a recording, or with that 0 the exchange rates.
    musician_id bigint not null default 0,
    -- What is called otherwise, or has other credits.
    recording_id bigint not null default 0,
    -- The transaction it belongs to: ids are given out before commits, so they have no order.
    xact        bigint not null default pg_current_xact_id()::text::bigint,
    -- Whether more than the open time changed.
    of_listing  boolean not null,
    at          timestamptz not null default clock_timestamp(),
    unique (xact, musician_id, recording_id)
);
create index listing_changes_by_age on listing_changes (at);

create function note_listing_change(musician bigint, is_of_listing boolean) returns void
    language sql as $$
    insert into listing_changes as c (musician_id, of_listing) select musician, is_of_listing
    where musician is not null
      -- Who fills tables by the million refreshes them himself.
      and coalesce(current_setting('first_call.filling', true), '') <> 'on'
    on conflict (xact, musician_id, recording_id) do update set of_listing = true
    where excluded.of_listing and not c.of_listing
$$;

create function note_recording_change(recording bigint) returns void language sql as $$
    insert into listing_changes (recording_id, of_listing) select recording, false
    where recording is not null
      and coalesce(current_setting('first_call.filling', true), '') <> 'on'
    on conflict (xact, musician_id, recording_id) do nothing
$$;

-- Every server has read them within hours, or reads everything anew.
create function forget_listing_changes() returns void language sql as $$
    delete from listing_changes where at < clock_timestamp() - interval '1 day'
$$;

create function listing_cause_changed() returns trigger language plpgsql as $$
begin
    if tg_op <> 'INSERT' then
        perform note_listing_change((to_jsonb(old) ->> tg_argv[0])::bigint, true);
    end if;
    if tg_op <> 'DELETE' then
        perform note_listing_change((to_jsonb(new) ->> tg_argv[0])::bigint, true);
    end if;
    return null;
end $$;

create trigger musicians_change_listings after insert or update or delete on musicians
    for each row execute function listing_cause_changed('id');
create trigger instruments_change_listings after insert or update or delete on musician_instruments
    for each row execute function listing_cause_changed('musician_id');
create trigger genres_change_listings after insert or update or delete on musician_genres
    for each row execute function listing_cause_changed('musician_id');
create trigger credits_change_listings after insert or update or delete on credits
    for each row execute function listing_cause_changed('musician_id');
create trigger demos_change_listings after insert or update or delete on demos
    for each row execute function listing_cause_changed('musician_id');
create trigger reviews_change_listings after insert or update or delete on reviews
    for each row execute function listing_cause_changed('musician_id');

-- What is on a profile beside what search goes by.
create function profile_changed() returns trigger language plpgsql as $$
begin
    if tg_op <> 'INSERT' then
        perform note_listing_change(old.musician_id, false);
    end if;
    if tg_op <> 'DELETE' then
        perform note_listing_change(new.musician_id, false);
    end if;
    return null;
end $$;
create trigger portraits_change_profiles after insert or update or delete on portraits
    for each row execute function profile_changed();

-- How somebody answers is told, and counts.
create function booking_answered() returns trigger language plpgsql as $$
begin
    perform note_listing_change(new.musician_id, true);
    return null;
end $$;
create trigger bookings_change_listings after update of status on bookings
    for each row when (old.status <> new.status) execute function booking_answered();

-- A review names who wrote it.
create function reviewer_renamed() returns trigger language plpgsql as $$
begin
    perform note_listing_change(r.musician_id, false) from reviews r where r.by_account = new.id;
    return null;
end $$;
create trigger accounts_change_profiles after update of name on accounts
    for each row when (old.name <> new.name) execute function reviewer_renamed();

create function recording_changed() returns trigger language plpgsql as $$
begin
    perform note_recording_change(new.id);
    perform note_listing_change(c.musician_id, true) from credits c
    where c.recording_id = new.id and c.status = 'confirmed';
    return null;
end $$;
create trigger recordings_change_listings after update of title, artist, isrc on recordings
    for each row execute function recording_changed();

create function credit_changed() returns trigger language plpgsql as $$
begin
    if tg_op <> 'INSERT' then
        perform note_recording_change(old.recording_id);
    end if;
    if tg_op <> 'DELETE' then
        perform note_recording_change(new.recording_id);
    end if;
    return null;
end $$;
create trigger credits_change_recordings after insert or update or delete on credits
    for each row execute function credit_changed();

create function open_time_changed() returns trigger language plpgsql as $$
begin
    perform note_listing_change(new.musician_id, false);
    return null;
end $$;
create trigger open_times_change_listings after insert or update on open_times
    for each row execute function open_time_changed();

create function refresh_changed_listing() returns trigger language plpgsql as $$
begin
    perform refresh_listings(array[new.musician_id]);
    return null;
end $$;
create constraint trigger listing_changes_refresh after insert or update on listing_changes
    deferrable initially deferred for each row when (new.of_listing)
    execute function refresh_changed_listing();

-- Reading one player's credits and recordings, in whatever state, newest first.
create index bookings_by_musician_and_status on bookings (musician_id, status);

select refresh_listings(array(select id from musicians));
