-- What every room leans on: case-blind addresses, accent-blind words, ranges in exclusion
-- constraints, and one trigger that makes a table append-only.
create extension if not exists citext;
create extension if not exists unaccent;
create extension if not exists pg_trgm;
create extension if not exists btree_gist;

-- `unaccent` is only stable because its dictionary could change; ours does not, and an index
-- needs it immutable.
create function plain(text) returns text
    language sql immutable strict parallel safe
    return lower(public.unaccent('public.unaccent', $1));

create function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception 'rows of % are never changed or removed', tg_table_name
        using errcode = 'integrity_constraint_violation';
end $$;
