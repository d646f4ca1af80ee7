-- What the two sides of a booking write to each other: text and files, read marks, and who looks just
-- now, so that a mail goes only where nobody does.
create table messages (
    id         bigint generated always as identity primary key,
    booking_id bigint not null references bookings,
    by_account bigint not null references accounts,
    -- As it was written: contact details are hidden when it is read, until the booking is confirmed.
    -- Empty where only files came.
    text       text not null,
    -- Made with the form, so that sending it twice makes one message.
    form_key   text,
    sent_at    timestamptz not null,

    unique (booking_id, by_account, form_key)
);
-- Numbers of one booking rise in the order of its commits: whoever writes holds the booking.
create index messages_by_booking on messages (booking_id, id);
create index messages_by_account on messages (by_account);

create table attachments (
    id         bigint generated always as identity primary key,
    message_id bigint not null references messages on delete cascade,
    position   smallint not null,
    -- Where its bytes lie in the object store.
    key        text not null unique,
    name       text not null,
    -- What it was found to be, such as PDF.
    kind       text not null,
    bytes      bigint not null check (bytes >= 0),
    sha256     bytea not null,

    unique (message_id, position)
);

-- Each side of a booking in which something was written.
create table thread_readers (
    booking_id      bigint not null references bookings,
    account_id      bigint not null references accounts,
    last_message_id bigint not null,
    -- Messages of the other side after `read_up_to`.
    unread          integer not null default 0 check (unread >= 0),
    read_up_to      bigint not null default 0,
    read_at         timestamptz,
    -- Up to where a mail has told them, and when the last went.
    mailed_up_to    bigint not null default 0,
    mailed_at       timestamptz,
    -- When they are told by mail of what is unread, should nobody look at it before.
    mail_due_at     timestamptz,

    primary key (booking_id, account_id)
);
create index thread_readers_by_account on thread_readers (account_id, last_message_id desc);
create index thread_readers_unread on thread_readers (account_id) where unread > 0;
create index thread_readers_to_mail on thread_readers (mail_due_at) where mail_due_at is not null;

-- Pages on which somebody follows a conversation just now. Each server keeps its own fresh; one that
-- is not was left behind by a server that died. After a crash nobody looks.
create unlogged table open_pages (
    id         bigint generated always as identity primary key,
    booking_id bigint not null,
    account_id bigint not null,
    -- By the clock of the machine that serves it.
    seen_at    timestamptz not null
);
create index open_pages_by_reader on open_pages (booking_id, account_id);

-- Pages that are open hear that a booking was confirmed: from then on contact details are shown.
create function tell_open_pages() returns trigger language plpgsql as $$
begin
    perform pg_notify('threads', new.id::text);
    return null;
end
$$;
create trigger bookings_tell_open_pages after update of status on bookings
    for each row when (old.status is distinct from new.status)
    execute function tell_open_pages();
