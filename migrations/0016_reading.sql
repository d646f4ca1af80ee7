-- What reading found wanting.

-- A city's name as it is looked for: accents and capitals aside, without the marks that stand for
-- letters we do not have.
create function city_key(text) returns text
    language sql immutable strict parallel safe
    return plain(translate($1, ',‘’ʻʼʽʹ`´''', ''));
drop index places_by_name;
create index places_by_name on places (city_key(name) text_pattern_ops, population desc);

-- The newest credits of everybody, on the first page.
create index credits_newest on credits (played_on desc, id desc) where status = 'confirmed';
