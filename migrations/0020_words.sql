-- Words that are typed are found in listings by one rule, whatever the script: what the program made of
-- a name in Cyrillic was not what the database did.

-- The words of a text in their order: accents and capitals aside. Its body is bound now, because a
-- column is made of it, and a backup is read back without our search path.
create function words_in_order(text) returns text[]
    language sql immutable strict parallel safe
    return (select coalesce(array_agg(left(word, 60) order by at), '{}')
            from regexp_split_to_table(plain($1), '[^[:alnum:]]+') with ordinality split (word, at)
            where word <> '');

create or replace function words_of(text) returns text[]
    language sql immutable strict parallel safe
    return array(select distinct unnest(words_in_order($1)));

-- Who is called what somebody types comes before those who only mention it.
alter table listings add column name_words text[] not null
    generated always as (words_in_order(name)) stored;
