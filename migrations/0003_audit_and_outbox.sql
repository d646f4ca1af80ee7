-- What was done by whom, and what others must hear of it.
create table audit (
    id         bigint generated always as identity primary key,
    at         timestamptz not null,
    -- Null when nobody is signed in, or the clock did it.
    actor_id   bigint references accounts,
    action     text not null,
    subject    text not null,
    subject_id bigint,
    detail     jsonb not null default '{}',
    address    inet
);
create index audit_by_subject on audit (subject, subject_id, id);
create trigger audit_is_append_only before update or delete on audit
    for each row execute function refuse_change();

-- Mail waiting to be sent, written in the transaction of what it tells. A job renders and sends
-- it; what it says goes once it is sent, because its link may be a key.
create table mails (
    id         bigint generated always as identity primary key,
    message_id text not null unique,
    recipient  citext not null,
    name       text not null,
    subject    text not null,
    paragraphs text[],
    link_label text,
    -- A path on this site: the worker knows under which address the site is reached.
    link_path  text,
    created_at timestamptz not null,
    sent_at    timestamptz,
    constraint mails_say_something_until_sent check (sent_at is not null or paragraphs is not null),
    constraint mails_links_have_labels check ((link_label is null) = (link_path is null))
);
create index mails_waiting on mails (id) where sent_at is null;

create table notices (
    id         bigint generated always as identity primary key,
    account_id bigint not null references accounts on delete cascade,
    text       text not null,
    url        text not null,
    created_at timestamptz not null,
    read_at    timestamptz
);
create index notices_by_account on notices (account_id, id desc);
create index notices_unread on notices (account_id) where read_at is null;

-- The answer given to a change that carried an Idempotency-Key, written in the same transaction
-- as the change.
create table idempotency_keys (
    account_id   bigint not null references accounts on delete cascade,
    key          text not null,
    request_hash bytea not null,
    status       smallint not null,
    content_type text,
    location     text,
    body         bytea not null,
    created_at   timestamptz not null,
    primary key (account_id, key)
);
create index idempotency_keys_by_age on idempotency_keys (created_at);
