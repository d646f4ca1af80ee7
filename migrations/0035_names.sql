-- Names as words in a list of bookings are looked for: of each of the thousands of players whom a
-- producer asked, and of the calls themselves, read off an index alone.
alter table musicians add column named text not null generated always as (plain(name)) stored;
create index musicians_named on musicians (id) include (named);

alter table accounts add column named text not null generated always as (plain(name)) stored;
create index accounts_named on accounts (id) include (named);

drop index calls_by_producer;
create index calls_by_producer on calls (producer_id, id desc) include (named);
