-- Which side a confirmed booking was broken by: whoever cancelled it, or did not come. Only that counts
-- against anybody.
alter table bookings add column broken_by booking_side
    constraint bookings_only_what_was_confirmed_is_broken check (broken_by is null or status = 'cancelled');

update bookings b set broken_by = coalesce(
    (select n.absent from no_shows n where n.booking_id = b.id and n.absent is not null
     order by n.id desc limit 1),
    (select case when e.by_account = c.producer_id then 'producer' else 'musician' end::booking_side
     from booking_events e
     join calls c on c.id = b.call_id
     where e.booking_id = b.id and e.status = 'cancelled' and e.by_account is not null
     order by e.id desc limit 1))
where b.status = 'cancelled';
