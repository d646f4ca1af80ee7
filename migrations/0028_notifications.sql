-- Everything somebody is told is about one of a few topics, and they choose for each how they are
-- told: by mail at once, in one mail a day, or not by mail; in the app, or not. What waits for the
-- mail of the day is kept here, a line each, and so are the links that stop mails at one press.
create type topic as enum (
    'request', 'offer', 'answer', 'cancellation', 'message', 'session', 'invoice', 'credit', 'review',
    'search', 'profile', 'account'
);
create type mail_way as enum ('at_once', 'digest', 'off');

-- What was told before was told under the subjects that letters had then.
alter table notices add column topic topic;
update notices set topic = (case
    when url like '/bookings/%/messages%' then 'message'
    when url like '/bookings/%/report' then 'session'
    when url like '/bookings/%/review' then 'review'
    when url like '/bookings/%' and text like '% asks for you: %' then 'request'
    when url like '/bookings/%' and text like any ('{% offers other terms: %,% proposes a change: %}')
        then 'offer'
    when url like '/bookings/%' and text like '% cancelled: %' then 'cancellation'
    when url like '/bookings/%' then 'answer'
    when url like '/credits%' or url like '/recordings/%' then 'credit'
    when url like '/musicians?%' then 'search'
    when url like '/profile%' or url like '/musicians/%' or url like '/calendar/%' then 'profile'
    else 'account' end)::topic;
alter table notices alter column topic set not null;
create index notices_by_topic on notices (account_id, topic, id desc);
drop index notices_unread;
create index notices_unread on notices (account_id, topic, id desc) where read_at is null;

-- Null of a mail of the day, which is about several, and of those written before.
alter table mails add column topic topic;
-- The parts of a mail of the day: for each topic its lines.
alter table mails add column parts jsonb;

-- By the account's own clock.
alter table accounts add column digest_hour smallint not null default 8
    constraint accounts_have_a_digest_hour check (digest_hour between 0 and 23);

-- What somebody chose; for a topic without a row they are told as everybody is at first.
create table wishes (
    account_id bigint not null references accounts on delete cascade,
    topic      topic not null,
    mail       mail_way not null,
    in_app     boolean not null,
    primary key (account_id, topic),
    constraint wishes_leave_security_alone check (topic <> 'account'),
    constraint wishes_keep_what_others_wait_for
        check (topic not in ('request', 'offer', 'cancellation') or (mail <> 'off' and in_app)),
    constraint wishes_keep_what_admins_say check (topic <> 'profile' or in_app)
);

create table digest_lines (
    id         bigint generated always as identity primary key,
    account_id bigint not null references accounts on delete cascade,
    -- The same in the app: what was read there is left out. Null where the app does not tell it.
    notice_id  bigint references notices on delete cascade,
    topic      topic not null,
    subject    text not null,
    -- What it says first.
    says       text not null,
    link_label text not null,
    link_path  text not null,
    due_at     timestamptz not null,
    created_at timestamptz not null
);
create index digest_lines_due on digest_lines (due_at, id);
create index digest_lines_by_account on digest_lines (account_id, id);
create index digest_lines_by_notice on digest_lines (notice_id);

-- The links that stop mails, one for each mail, as hashes of their secrets. They open nothing else,
-- so they may work for long.
create table mail_stops (
    token_hash bytea primary key,
    account_id bigint not null references accounts on delete cascade,
    topics     topic[] not null,
    -- How the mail came to be sent, which is what a second press brings back.
    way        mail_way not null,
    created_at timestamptz not null
);
create index mail_stops_by_account on mail_stops (account_id);
create index mail_stops_by_age on mail_stops (created_at);
