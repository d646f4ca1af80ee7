-- Invoices, and what stands on them. An invoice is a document that is issued once, whole: it is never
-- edited and never removed, because two people keep books by it. What is wrong with one is put right by
-- a credit note, which takes it back and has a number of the same series.
--
-- The numbers of a player follow each other without a gap, by law in many places. No sequence counts
-- them, since a sequence does not come back when a transaction fails: the row in `invoice_series` does,
-- and its lock lets one be issued after another.

-- Who somebody is on invoices, those they send and those they get. It is theirs, goes with their
-- account, and is copied into each invoice.
create table billing_details (
    account_id      bigint primary key references accounts on delete cascade,
    name            text not null,
    address         text not null,
    tax_number      text not null default '',
    -- What those who send them an invoice are to write on it.
    purchase_number text not null default '',
    -- Of those they send. A rate is in hundredths of a per cent, and has a name, such as VAT.
    tax_name        text,
    tax_rate        int check (tax_rate between 0 and 10000),
    days_to_pay     smallint not null default 14 check (days_to_pay between 0 and 365),
    how_to_pay      text not null default '',
    -- Before the number.
    prefix          text not null default '',
    constraint billing_details_name_their_tax check ((tax_name is null) = (tax_rate is null))
);

create table invoice_series (
    musician_id bigint primary key references musicians,
    next_number int not null default 1 check (next_number > 0)
);

create table invoices (
    id           bigint generated always as identity primary key,
    booking_id   bigint not null references bookings,
    musician_id  bigint not null references musicians,
    -- To whom it goes: the producer of the booking.
    payer_id     bigint not null references accounts,
    number       int not null check (number > 0),
    -- Of a credit note: the invoice that it takes back.
    corrects_id  bigint references invoices,
    issued_at    timestamptz not null,
    -- By the player's clock, as the document says. A credit note is not to be paid.
    issued_on    date not null,
    due_on       date check (due_on >= issued_on),
    -- Minor units, less than nothing on a credit note. The total has the tax in it.
    tax          bigint not null,
    total        bigint not null,
    currency     char(3) not null,
    -- All that it says, as it was issued.
    document     jsonb not null check (jsonb_typeof(document) = 'object'),
    -- Its number as people read it, with what stands before it.
    shown        text not null generated always as (document ->> 'number') stored,
    -- What becomes of it; nothing else ever changes.
    paid_on      date,
    cancelled_at timestamptz,

    constraint invoices_are_numbered unique (musician_id, number),
    constraint invoices_are_taken_back_once unique (corrects_id),
    constraint invoices_are_due_and_credit_notes_are_not check ((corrects_id is null) = (due_on is not null)),
    constraint invoices_alone_are_paid_or_cancelled
        check (corrects_id is null or (paid_on is null and cancelled_at is null)),
    constraint invoices_are_not_paid_and_cancelled check (paid_on is null or cancelled_at is null),
    constraint invoices_total_what_they_say check
        ((document -> 'total' ->> 'minor')::bigint = total and document -> 'total' ->> 'currency' = currency)
);
-- Of what is owed for a booking there is one invoice at a time.
create unique index invoices_one_standing on invoices (booking_id)
    where corrects_id is null and cancelled_at is null;
create index invoices_by_booking on invoices (booking_id);
create index invoices_by_musician on invoices (musician_id, id desc);
create index invoices_by_payer on invoices (payer_id, id desc);

-- The first may have any number; each after it has the one that follows.
create function follow_on() returns trigger language plpgsql as $$
declare
    last int := (select max(number) from invoices where musician_id = new.musician_id);
begin
    if last is not null and new.number <> last + 1 then
        raise exception 'invoice % does not follow %', new.number, last
            using errcode = 'integrity_constraint_violation', constraint = 'invoices_follow_on';
    end if;
    return new;
end $$;
create trigger invoices_follow_on before insert on invoices
    for each row execute function follow_on();

create function keep_invoice() returns trigger language plpgsql as $$
begin
    if old.cancelled_at is not null
       or (to_jsonb(new) - 'paid_on' - 'cancelled_at' - 'shown')
          <> (to_jsonb(old) - 'paid_on' - 'cancelled_at' - 'shown') then
        raise exception 'rows of % are never changed or removed', tg_table_name
            using errcode = 'integrity_constraint_violation';
    end if;
    return new;
end $$;
create trigger invoices_are_kept before update on invoices
    for each row execute function keep_invoice();
create trigger invoices_are_never_removed before delete on invoices
    for each row execute function refuse_change();

-- What a sealed report comes to, in minor units, so that a year of them is added up without reading each.
alter table report_seals add column total bigint not null
    generated always as ((report -> 'total' ->> 'minor')::bigint) stored;
