-- What players ask for before they say yes. What is to be played, and how it is written, is the same for
-- everybody who is asked: a document of the call. Which instruments one player brings, what their fee
-- covers and how their credit will read is a document of the booking. Both are written once, read whole
-- and never searched in, by the types of `bookings/model`; of the oldest calls nothing of it is known.
create type call_asks as enum ('one', 'several');

alter table calls
    add column music jsonb check (jsonb_typeof(music) = 'object'),
    -- Whether one player is asked, or several at once, of whom the first yes takes it.
    add column asks  call_asks not null default 'one';

alter table bookings
    add column part     jsonb check (jsonb_typeof(part) = 'object'),
    -- Made with the form that asked one more player for a call, so that sending it twice asks once.
    add column form_key text;

create unique index bookings_by_form on bookings (call_id, form_key) where form_key is not null;

-- A call is for one chair: whoever says yes first has it, whatever the code does.
create unique index bookings_first_yes on bookings (call_id) where status in ('confirmed', 'done');
