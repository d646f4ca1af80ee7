-- What a list of somebody's bookings is ordered and narrowed by stands with each booking, so that an
-- inbox is a walk along an index, whatever its length: whose call it is, when it is, and whose answer
-- is awaited until when. The program never writes it: triggers keep it as the call, the booking and
-- its open offer have it, and constraints hold what can be held.
alter table calls
    -- What one looks for, as it is compared.
    add column named text not null generated always as (plain(title || ' ' || artist)) stored,
    add constraint calls_of_producers unique (id, producer_id);

alter table bookings
    add column producer_id bigint,
    -- The start of the session; of remote work, when it is due.
    add column happens_at  timestamptz,
    -- The end of the session; null when remote.
    add column ends_at     timestamptz,
    add column is_remote   boolean not null generated always as (ends_at is null) stored,
    -- Whose answer is awaited, and until when: of a request, and of a proposal to change what is
    -- confirmed. Past its time nobody's is, though it stands here until that is written down.
    add column awaits      booking_side,
    add column answer_by   timestamptz;

update bookings b
set producer_id = c.producer_id, happens_at = coalesce(c.starts_at, c.due_at), ends_at = c.ends_at
from calls c where c.id = b.call_id;

update bookings b
set awaits = case o.side when 'musician' then 'producer'::booking_side else 'musician' end,
    answer_by = case b.status when 'requested' then b.reply_by else o.expires_at end
from bookings w left join offers o on o.booking_id = w.id and o.status = 'open'
where w.id = b.id and (b.status = 'requested' or b.status = 'confirmed' and o.id is not null);

alter table bookings
    alter column producer_id set not null,
    alter column happens_at set not null,
    add constraint bookings_of_calls foreign key (call_id, producer_id) references calls (id, producer_id),
    add constraint bookings_await_until check ((awaits is null) = (answer_by is null)),
    add constraint bookings_await_while_open check (awaits is null or status in ('requested', 'confirmed')),
    add constraint bookings_await_when_requested check (status <> 'requested' or awaits is not null);

create function set_what_bookings_await() returns trigger language plpgsql as $$
declare
    pending offers;
begin
    if tg_op = 'INSERT' then
        select c.producer_id, coalesce(c.starts_at, c.due_at), c.ends_at
        into new.producer_id, new.happens_at, new.ends_at
        from calls c where c.id = new.call_id;
    end if;
    if new.status in ('requested', 'confirmed') then
        select * into pending from offers where booking_id = new.id and status = 'open';
    end if;
    new.awaits := case
        when pending.side = 'musician' then 'producer'
        when pending.side = 'producer' or new.status = 'requested' then 'musician' end;
    new.answer_by := case when new.status = 'requested' then new.reply_by else pending.expires_at end;
    return new;
end $$;
create trigger bookings_set_what_they_await before insert or update of status, reply_by, awaits on bookings
    for each row execute function set_what_bookings_await();

create function retime_bookings() returns trigger language plpgsql as $$
begin
    update bookings set happens_at = coalesce(new.starts_at, new.due_at), ends_at = new.ends_at
    where call_id = new.id;
    return null;
end $$;
create trigger calls_retime_bookings after update of starts_at, ends_at, due_at on calls
    for each row when ((old.starts_at, old.ends_at, old.due_at)
                       is distinct from (new.starts_at, new.ends_at, new.due_at))
    execute function retime_bookings();

-- The booking looks for its offer anew.
create function settle_what_bookings_await() returns trigger language plpgsql as $$
begin
    update bookings set awaits = awaits where id = new.booking_id and status in ('requested', 'confirmed');
    return null;
end $$;
create trigger offers_settle_what_bookings_await after insert or update of status on offers
    for each row execute function settle_what_bookings_await();

-- A list in its order, with what narrows it; and of what is still open, which is little.
create index bookings_of_producer on bookings (producer_id, happens_at, call_id, id)
    include (status, is_remote, ends_at, awaits, answer_by, instrument_id, musician_id);
create index bookings_of_musician on bookings (musician_id, happens_at, call_id, id)
    include (status, is_remote, ends_at, awaits, answer_by, instrument_id, producer_id);
create index open_bookings_of_producer on bookings (producer_id, happens_at, call_id, id)
    include (status, is_remote, ends_at, awaits, answer_by, instrument_id, musician_id)
    where status in ('requested', 'confirmed');
create index open_bookings_of_musician on bookings (musician_id, happens_at, call_id, id)
    include (status, is_remote, ends_at, awaits, answer_by, instrument_id, producer_id)
    where status in ('requested', 'confirmed');

-- What is counted: ten thousand equal entries are a few pages.
create index bookings_counted_of_producer on bookings (producer_id, status, is_remote, instrument_id);
create index bookings_counted_of_musician on bookings (musician_id, status, is_remote, instrument_id);
drop index bookings_by_musician_and_status;
