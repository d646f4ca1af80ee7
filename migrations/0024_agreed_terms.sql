-- What a booking is counted by: the figures of an agreement or of the player, whole, as they stood when
-- they were asked for, so that it never costs something else later. Of bookings made before there were
-- any, nothing is known. And what was owed when it was cancelled, in minor units of the fee's currency.
alter table bookings
    add column terms jsonb check (jsonb_typeof(terms) = 'object'),
    add column owed  bigint check (owed >= 0),
    add constraint bookings_owe_only_when_cancelled check (owed is null or status = 'cancelled');
