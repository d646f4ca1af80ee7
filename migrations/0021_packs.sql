-- What a session costs, and what is owed when it is cancelled: the rules of agreements, and what a
-- player says of their own terms.
--
-- The figures of a version are one document, read by the types of `packs/model`, not columns: it is
-- written once and never changed, it is read whole and never searched in, agreements differ in what
-- they say at all, and a booking keeps the same document, so that it never costs something else
-- later. What one cannot say in it, `Rates::faults` refuses; a test reads each one that is here.
-- Amounts are minor units of the pack's currency; shares are in hundredths of a per cent.
create table packs (
    id       bigint generated always as identity primary key,
    slug     text not null unique,
    name     text not null,
    -- Where and for what it holds, in a line.
    scope    text not null,
    -- Null is the player's own currency: such a pack has rules and no amounts.
    currency char(3),
    position smallint not null unique
);
create unique index packs_have_one_without_currency on packs ((true)) where currency is null;

-- Of the versions that are valid on a day the one from the latest day holds, and of those the last
-- that was made: so one is corrected by another, and none is ever changed.
create table pack_versions (
    id         bigint generated always as identity primary key,
    pack_id    bigint not null references packs,
    number     int not null check (number > 0),
    valid_from date not null,
    -- The last day, where it was said when the version was made.
    valid_to   date check (valid_to >= valid_from),
    figures    jsonb not null check (jsonb_typeof(figures) = 'object'),
    source     text not null,
    -- Null is this migration.
    made_by    bigint references accounts,
    made_at    timestamptz not null,
    constraint pack_versions_are_numbered unique (pack_id, number)
);
create trigger pack_versions_are_append_only before update or delete on pack_versions
    for each row execute function refuse_change();

create type cancellation as enum ('flexible', 'standard', 'strict');

-- What a player says beside the rates on their profile. A null is nothing said: then what the
-- version of the pack without a currency has holds.
create table own_terms (
    musician_id      bigint primary key references musicians on delete cascade,
    -- Goes up with each change, so that a page can tell it is stale.
    version          int not null default 1,
    -- Of both amounts. A profile may change its currency later; amounts in another count for nothing.
    currency         char(3) not null,
    session_minutes  smallint check (session_minutes between 30 and 840),
    overtime_minutes smallint check (overtime_minutes between 5 and 120),
    -- For each begun step; null is a part of the session's rate, by time.
    overtime_fee     bigint check (overtime_fee >= 0),
    porterage        bigint check (porterage >= 0),
    -- What is added, in hundredths of a per cent of the fee.
    second_share     int check (second_share between 0 and 100000),
    further_share    int check (further_share between 0 and 100000),
    leader_share     int check (leader_share between 0 and 100000),
    overdub_share    int check (overdub_share between 0 and 100000),
    cancellation     cancellation
);

-- Under which agreements a player works as well.
create table own_packs (
    musician_id bigint not null references musicians on delete cascade,
    pack_id     bigint not null references packs,
    primary key (musician_id, pack_id)
);
create index own_packs_by_pack on own_packs (pack_id, musician_id);

insert into packs (slug, name, scope, currency, position) values
    ('open', 'Open', 'No union agreement: the player’s own rates and terms.', null, 1),
    ('mu-bpi', 'MU/BPI commercial audio', 'Sessions for commercial audio release, United Kingdom.',
     'GBP', 2),
    ('afm-sound-recording', 'AFM sound recording', 'Sessions for records, United States and Canada.',
     'USD', 3),
    ('afm-single-song-overdub', 'AFM single-song overdub',
     'Songs recorded remotely, United States and Canada.', 'USD', 4);

-- An agreement is silent where a figure is missing: that is agreed on, and a quote says so. "Trebling"
-- of MU/BPI is the whole addition for three instruments, not one on top of that for two.
insert into pack_versions (pack_id, number, valid_from, figures, source, made_at)
select packs.id, known.number, known.valid_from::date, known.figures::jsonb,
       replace(known.source, e'\n', ' '),
       '2026-11-01T00:00:00Z'
from (values
    ('open', 1, '2020-01-01', '{
        "overtime_step": 15, "doubling": {"totals": [0], "further": 0}, "overdub": 0, "leader": 0,
        "extras_on_overtime": true,
        "cancelling": {"at_first": 0, "rungs": [
            {"hours": 168, "share": 5000}, {"hours": 48, "share": 10000}]}
     }', 'What holds where a player says nothing else: overtime in quarters of an hour, nothing added
for more instruments, leading or overdubs, the standard ladder.'),
    ('mu-bpi', 1, '2023-01-01', '{
        "sessions": [
            {"name": "Short session", "minutes": 120, "music_minutes": 10, "fee": 9720,
             "overtime": {"each": 2430}},
            {"name": "Standard session", "minutes": 180, "music_minutes": 20, "fee": 13000,
             "overtime": {"each": 3250}},
            {"name": "Long session", "minutes": 240, "music_minutes": 30, "fee": 19440,
             "overtime": {"each": 4860}}],
        "overtime_step": 15, "doubling": {"totals": [2500, 4000]}, "overdub": 11000,
        "extras_on_overtime": true,
        "porterage": [
            {"class": "A", "fee": 1752}, {"class": "B", "fee": 1377, "most": 2754},
            {"class": "C", "fee": 888}, {"class": "D"}]
     }', 'BPI-MU agreement, non-classical sessions, figures of 2023: musiciansunion.org.uk. The page
names the year and not the day, so the first of the year stands for it.'),
    ('afm-sound-recording', 1, '2019-01-01', '{
        "sessions": [
            {"name": "Basic session", "minutes": 180, "music_minutes": 15, "fee": 43421,
             "overtime": "by_agreement"}],
        "leader": 10000, "contractor": {"share": 10000, "from_players": 12},
        "rests": {"count": 2, "minutes": 10}, "least_gap": 30,
        "cancelling": {"at_first": 0, "rungs": [{"hours": 168, "share": 10000}], "is_binding": true},
        "pension": 1409, "health": {"first": 3000, "then": 2500}, "report_within": 72
     }', 'AFM Sound Recording Labor Agreement, side scale of 2019: local802afm.org, afm47.org. The first
of the year stands for the day. Doubling and what a step of overtime costs are not confirmed, so they
are agreed on.'),
    ('afm-sound-recording', 2, '2025-02-03', '{
        "sessions": [
            {"name": "Basic session", "minutes": 180, "music_minutes": 15, "fee": 44724,
             "overtime": "by_agreement"}],
        "leader": 10000, "contractor": {"share": 10000, "from_players": 12},
        "rests": {"count": 2, "minutes": 10}, "least_gap": 30,
        "cancelling": {"at_first": 0, "rungs": [{"hours": 168, "share": 10000}], "is_binding": true},
        "pension": 1409, "health": {"first": 3000, "then": 2500}, "report_within": 72
     }', 'AFM Sound Recording Labor Agreement: the side scale of 2019 and 3 % more from 3 February
2025, to the nearest cent: afmrecording.org. Doubling and what a step of overtime costs are not
confirmed, so they are agreed on.'),
    ('afm-single-song-overdub', 1, '2017-07-01', '{
        "songs": {"fee": 10000, "step": 5000, "most": 12, "has_benefits": true, "is_paid_first": true}
     }', 'AFM single-song overdub scale: afm.org, announced in July 2017 (local802afm.org). The first of
the month stands for the day.')
) as known (slug, number, valid_from, figures, source)
join packs on packs.slug = known.slug
order by packs.position, known.number;
