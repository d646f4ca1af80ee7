-- People who sign in. Whatever is a secret (a sign-in, a link in a mail) is kept as its SHA-256.
create table accounts (
    id            bigint generated always as identity primary key,
    -- Null once the account is deleted: the row stays for the other side of its bookings.
    email         citext unique,
    name          text not null,
    -- Null when there is none to match: a deleted account, or an admin's who chose none yet.
    password_hash text,
    is_admin      boolean not null default false,
    -- What they came for; it only decides what the first pages suggest.
    plays         boolean not null default false,
    books         boolean not null default true,
    zone          text not null default 'UTC',
    verified_at   timestamptz,
    created_at    timestamptz not null,
    deleted_at    timestamptz,

    constraint accounts_deleted_keep_no_secrets
        check (deleted_at is null or (email is null and password_hash is null))
);

create table sign_ins (
    id           bigint generated always as identity primary key,
    token_hash   bytea not null unique,
    account_id   bigint not null references accounts on delete cascade,
    device       text not null,
    created_at   timestamptz not null,
    last_seen_at timestamptz not null,
    expires_at   timestamptz not null
);
create index sign_ins_by_account on sign_ins (account_id, last_seen_at desc);

create type mail_link_purpose as enum ('verify', 'reset_password', 'change_email');

-- A link that was mailed; it works once.
create table mail_links (
    token_hash bytea primary key,
    account_id bigint not null references accounts on delete cascade,
    purpose    mail_link_purpose not null,
    -- The address being confirmed, so that a link never confirms another.
    email      citext not null,
    expires_at timestamptz not null
);
create index mail_links_by_account on mail_links (account_id, purpose);

-- One row for each try at something that is limited, whatever its outcome; those over the limit
-- are refused before. Its key is a hash where it would name somebody.
create table attempts (
    what text not null,
    key  text not null,
    at   timestamptz not null
);
create index attempts_by_key on attempts (what, key, at);
create index attempts_by_age on attempts (at);
