-- Cities by name (GeoNames, CC BY 4.0), so that "near" can be measured. The program brings the rows
-- itself, from the copy in `src/catalog/places/`; see `catalog::places::bring`.
create table places (
    -- GeoNames' own number.
    id         bigint primary key,
    name       text not null,
    -- ISO 3166-1 alpha-2.
    country    char(2) not null,
    -- First-level division, as GeoNames numbers it; it tells Springfields apart.
    division   text not null,
    latitude   double precision not null check (latitude between -90 and 90),
    longitude  double precision not null check (longitude between -180 and 180),
    population int not null,
    -- An IANA name.
    zone       text not null
);
create index places_by_name on places (plain(name) text_pattern_ops, population desc);
-- Which copy of them was brought; one row.
create table places_edition (edition text primary key);

-- Kilometres over the ground between two points, on a sphere of the earth's mean radius.
create function great_circle_km(
    latitude_a double precision, longitude_a double precision,
    latitude_b double precision, longitude_b double precision
) returns double precision language sql immutable strict parallel safe as $$
    select 6371.0088 * 2 * asin(least(1, sqrt(
        sin(radians(latitude_b - latitude_a) / 2) ^ 2
        + cos(radians(latitude_a)) * cos(radians(latitude_b))
        * sin(radians(longitude_b - longitude_a) / 2) ^ 2)))
$$;

-- What a producer asks before calling, beyond what there was.
alter table musicians
    -- Where they are at home, where it is a place we know; `place` is what they wrote.
    add column place_id      bigint references places,
    -- ISO 639-1 codes, the best first.
    add column languages     text[] not null default '{}',
    -- Of the list in `musicians::Union`.
    add column unions        text[] not null default '{}',
    -- What the rates cover, in their words.
    add column rate_includes text not null default '',
    -- What is in the room where they record remotely, and what they bring to another.
    add column remote_setup  text not null default '',
    add column room_setup    text not null default '';
