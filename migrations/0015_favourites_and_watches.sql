-- What somebody keeps for themselves: players to call first, and searches that go on looking.

-- A private list of players, in an order of its owner's own.
create table favourites (
    id          bigint generated always as identity primary key,
    account_id  bigint not null references accounts on delete cascade,
    musician_id bigint not null references musicians on delete cascade,
    note        text not null default '',
    position    int not null,
    added_at    timestamptz not null,
    -- For a day after they were taken off, they can be put back as they were.
    removed_at  timestamptz,
    unique (account_id, musician_id)
);
create index favourites_by_account on favourites (account_id, position, id);
create index favourites_to_forget on favourites (removed_at) where removed_at is not null;

-- One row for each such list: who changes it locks this first, and its version goes up, so that an
-- order made of an older look at the list is told from one that is not.
create table favourite_lists (
    account_id bigint primary key references accounts on delete cascade,
    version    int not null default 0
);

-- A search that is kept, and who fitted it so far.
create table watches (
    id         bigint generated always as identity primary key,
    account_id bigint not null references accounts on delete cascade,
    name       text not null,
    -- As it stands in the address of the search page, without the page.
    query      text not null,
    -- By whose clock a query without a zone is read.
    zone       text not null,
    -- Everybody who fitted when it was kept, or of whom its owner was told since.
    known      bigint[] not null,
    mails      boolean not null default true,
    -- When it is looked through next; null once the time it asks for is over.
    due_at     timestamptz,
    mailed_at  timestamptz,
    created_at timestamptz not null,
    -- For a day after it was removed, it can be put back as it was.
    removed_at timestamptz
);
create unique index watches_are_kept_once on watches (account_id, query) where removed_at is null;
create index watches_by_account on watches (account_id, id);
create index watches_due on watches (due_at) where mails and removed_at is null;
create index watches_to_forget on watches (removed_at) where removed_at is not null;

-- The links that stop a watch's mails, one for each mail, as hashes of their secrets. They open
-- nothing else, so they may work for long.
create table watch_stops (
    token_hash bytea primary key,
    watch_id   bigint not null references watches on delete cascade,
    created_at timestamptz not null
);
create index watch_stops_by_watch on watch_stops (watch_id);
create index watch_stops_by_age on watch_stops (created_at);

-- Where one press stops mails like this one, for who gets it and for their mail program (RFC 8058).
alter table mails add column stop_path text;
