-- What a producer sends along with a call: charts, and audio to play to. Each is put beside the form
-- while that is written, under the form's key, and goes with the call once it is sent.
create table call_files (
    id         bigint generated always as identity primary key,
    account_id bigint not null references accounts,
    form_key   text not null,
    -- None while the form is not sent.
    call_id    bigint references calls,
    -- Where its bytes lie in the object store.
    key        text not null unique,
    name       text not null,
    -- What it was found to be, such as PDF.
    kind       text not null,
    bytes      bigint not null check (bytes >= 0),
    sha256     bytea not null,
    created_at timestamptz not null,

    -- The same file beside the same form is there once, however often it is sent.
    unique (account_id, form_key, sha256)
);
create index call_files_of_call on call_files (call_id, id) where call_id is not null;
create index call_files_unsent on call_files (created_at) where call_id is null;
