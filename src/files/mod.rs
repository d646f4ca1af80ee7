//! Bytes in an object store: a folder by default, S3 where it is configured.
