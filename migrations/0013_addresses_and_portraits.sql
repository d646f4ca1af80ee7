-- Every address a profile has or had: an old one leads to the new, and is never somebody else's.
create table musician_slugs (
    slug        text primary key,
    musician_id bigint not null references musicians on delete cascade
);
create index musician_slugs_by_musician on musician_slugs (musician_id);
insert into musician_slugs (slug, musician_id) select slug, id from musicians;

-- Whoever gives a profile an address writes it down here, whatever the path.
create function keep_musician_slug() returns trigger language plpgsql as $$
begin
    insert into musician_slugs (slug, musician_id) values (new.slug, new.id)
    on conflict (slug) do nothing;
    if not exists (select 1 from musician_slugs s
                   where s.slug = new.slug and s.musician_id = new.id) then
        raise unique_violation using
            message = 'this address was another profile''s', constraint = 'musician_slugs_pkey';
    end if;
    return null;
end
$$;
create trigger musicians_keep_their_slugs after insert or update of slug on musicians
    for each row execute function keep_musician_slug();

-- When anything the owner writes was last changed.
alter table musicians add column changed_at timestamptz;

-- The picture of a player. It has three squares, and all of them are in the store before this row.
create table portraits (
    musician_id bigint primary key references musicians on delete cascade,
    -- What its addresses are called by: the SHA-256 of the biggest square, in hex.
    hash        text not null check (hash ~ '^[0-9a-f]{64}$'),
    created_at  timestamptz not null
);
create index portraits_by_hash on portraits (hash);

create table portrait_files (
    musician_id bigint not null references portraits on delete cascade,
    -- Pixels of a side, at most: a smaller picture is not blown up.
    side        smallint not null,
    key         text not null unique,
    bytes       bigint not null,
    primary key (musician_id, side)
);
