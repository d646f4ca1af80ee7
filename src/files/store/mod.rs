use std::{
    collections::HashSet,
    io::{self, Read, Seek, SeekFrom},
    path::Path as FsPath,
    sync::Arc,
    time::Duration,
};

use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use futures_util::{Stream, TryStreamExt};
use object_store::{
    GetOptions, GetRange, ObjectStore, ObjectStoreExt, RetryConfig, WriteMultipart,
    aws::AmazonS3Builder, local::LocalFileSystem, memory::InMemory, path::Path,
    prefix::PrefixStore,
};
use sha2::{Digest, Sha256};
use tokio::runtime::Handle;

use super::model::FileKey;
use crate::config::{FilesConfig, FilesPlace};

/// How much is written and read at once, and how many such pieces of one file are on their way.
const PIECE: usize = 256 * 1024;
const PIECES: usize = 2;
/// S3 takes no smaller pieces.
const S3_PIECE: usize = 5 * 1024 * 1024;
const S3_WITHIN: Duration = Duration::from_secs(10);
/// A file no row names may be one whose row is being written.
const SWEPT_AFTER: TimeDelta = TimeDelta::days(1);

/// The store of this server.
#[derive(Clone, Debug)]
pub struct Files {
    store: Arc<dyn ObjectStore>,
    piece: usize,
}

#[derive(Debug, thiserror::Error)]
pub enum FilesError {
    /// More was sent than may be: nothing of it is kept.
    #[error("is more than {0} bytes")]
    TooLarge(u64),
    #[error(transparent)]
    Store(#[from] object_store::Error),
}

/// A file that is in the store, whole.
#[derive(Clone, Debug)]
pub struct Stored {
    pub key: FileKey,
    pub bytes: u64,
    pub sha256: [u8; 32],
}

impl Files {
    /// In a folder, made where it is missing. A file that is told of as written is on the disk.
    pub fn in_folder(folder: &FsPath) -> anyhow::Result<Files> {
        std::fs::create_dir_all(folder)?;
        let store = LocalFileSystem::new_with_prefix(folder)?.with_fsync(true);
        Ok(Files { store: Arc::new(store), piece: PIECE })
    }

    /// Gone with the server: for tests.
    pub fn in_memory() -> Files {
        Files { store: Arc::new(InMemory::new()), piece: PIECE }
    }

    /// Where the configuration says.
    pub fn open(config: &FilesConfig, data_dir: &FsPath) -> anyhow::Result<Files> {
        match &config.files {
            None => Files::in_folder(&data_dir.join("files")),
            Some(FilesPlace::Folder(folder)) => Files::in_folder(folder),
            Some(FilesPlace::S3 { bucket, prefix }) => Files::in_s3(config, bucket, prefix),
        }
    }

    fn in_s3(config: &FilesConfig, bucket: &str, prefix: &str) -> anyhow::Result<Files> {
        // Its client takes the one that is there; where there is one already, that will do.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut s3 = AmazonS3Builder::new()
            .with_bucket_name(bucket)
            .with_region(&config.s3_region)
            // Not every store that speaks S3 takes several in one request, and we have one each time.
            .with_disable_bulk_delete(true)
            // Somebody waits for the answer.
            .with_retry(RetryConfig {
                max_retries: 3,
                retry_timeout: S3_WITHIN,
                ..Default::default()
            });
        if let Some(endpoint) = &config.s3_endpoint {
            s3 = s3.with_endpoint(endpoint).with_allow_http(endpoint.starts_with("http://"));
        }
        if let (Some(id), Some(secret)) = (&config.s3_key_id, &config.s3_secret) {
            s3 = s3.with_access_key_id(id).with_secret_access_key(secret.reveal());
        }
        let store = PrefixStore::new(s3.build()?, prefix);
        Ok(Files { store: Arc::new(store), piece: S3_PIECE })
    }

    /// Begins a file in a room's folder, of at most `limit` bytes.
    pub async fn begin(&self, folder: &'static str, limit: u64) -> Result<Upload, FilesError> {
        let key = FileKey::random(folder);
        let multipart = self.store.put_multipart(&path(&key)).await?;
        let writer = WriteMultipart::new_with_chunk_size(multipart, self.piece);
        Ok(Upload { writer: Some(writer), key, bytes: 0, hash: Sha256::new(), limit })
    }

    /// Writes a file that is at hand whole.
    pub async fn put(&self, folder: &'static str, bytes: Bytes) -> Result<Stored, FilesError> {
        let key = FileKey::random(folder);
        let sha256 = Sha256::digest(&bytes).into();
        let length = bytes.len() as u64;
        self.store.put(&path(&key), bytes.into()).await?;
        Ok(Stored { key, bytes: length, sha256 })
    }

    /// A whole file, for small ones.
    pub async fn get(&self, key: &FileKey) -> Result<Bytes, FilesError> {
        Ok(self.store.get(&path(key)).await?.bytes().await?)
    }

    /// A part of a file, as it is read. None where there is no such file.
    pub(super) async fn stream(
        &self,
        key: &FileKey,
        range: Option<std::ops::Range<u64>>,
    ) -> Result<Option<impl Stream<Item = Result<Bytes, object_store::Error>> + 'static>, FilesError>
    {
        let options = GetOptions { range: range.map(GetRange::Bounded), ..GetOptions::default() };
        match self.store.get_opts(&path(key), options).await {
            Ok(found) => Ok(Some(found.into_stream())),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// A file to be read and sought in by code that waits; only on a thread that may.
    pub(crate) fn reader(&self, file: &Stored, runtime: Handle) -> FileReader {
        FileReader {
            files: self.clone(),
            key: path(&file.key),
            length: file.bytes,
            at: 0,
            piece: Bytes::new(),
            piece_at: 0,
            left: file.bytes * 8 + 16 * 1024 * 1024,
            runtime,
        }
    }

    /// Deletes files, after the commit of what no longer names them. What fails is only told in
    /// the log: the sweep finds it.
    pub async fn remove(&self, keys: &[FileKey]) {
        for key in keys {
            match self.store.delete(&path(key)).await {
                Ok(()) | Err(object_store::Error::NotFound { .. }) => {}
                Err(error) => tracing::warn!(%key, %error, "a file is left for the sweep"),
            }
        }
    }

    /// Every file of a room.
    pub async fn list(&self, folder: &'static str) -> Result<Vec<FileKey>, FilesError> {
        let listed = self.store.list(Some(&Path::from(folder)));
        Ok(listed.map_ok(|file| FileKey::of_path(file.location.as_ref())).try_collect().await?)
    }

    /// Deletes what lies in a room's folder for a day and is not in `named`; answers how many.
    pub async fn sweep(
        &self,
        folder: &'static str,
        named: &HashSet<FileKey>,
        now: DateTime<Utc>,
    ) -> Result<usize, FilesError> {
        let listed: Vec<_> = self.store.list(Some(&Path::from(folder))).try_collect().await?;
        let old = listed.into_iter().filter(|file| file.last_modified + SWEPT_AFTER < now);
        let keys = old.map(|file| FileKey::of_path(file.location.as_ref()));
        let lost: Vec<FileKey> = keys.filter(|key| !named.contains(key)).collect();
        self.remove(&lost).await;
        Ok(lost.len())
    }
}

fn path(key: &FileKey) -> Path {
    Path::from(key.as_str())
}

/// A file on its way in. Dropped or aborted, it leaves nothing behind.
#[derive(Debug)]
pub struct Upload {
    writer: Option<WriteMultipart>,
    key: FileKey,
    bytes: u64,
    hash: Sha256,
    limit: u64,
}

impl Upload {
    /// Adds to it, at the pace of the store.
    pub async fn write(&mut self, piece: &[u8]) -> Result<(), FilesError> {
        self.bytes += piece.len() as u64;
        if self.bytes > self.limit {
            return Err(FilesError::TooLarge(self.limit));
        }
        self.hash.update(piece);
        let writer = self.writer.as_mut().expect("it is only taken at the end");
        writer.wait_for_capacity(PIECES).await?;
        writer.write(piece);
        Ok(())
    }

    /// From here on it is there, whole.
    pub async fn finish(mut self) -> Result<Stored, FilesError> {
        let writer = self.writer.take().expect("it is only taken at the end");
        writer.finish().await?;
        let sha256 = std::mem::take(&mut self.hash).finalize().into();
        Ok(Stored { key: self.key.clone(), bytes: self.bytes, sha256 })
    }

    pub async fn abort(mut self) {
        if let Some(writer) = self.writer.take()
            && let Err(error) = writer.abort().await
        {
            tracing::warn!(%error, "an unfinished file is left to the store");
        }
    }
}

/// Whoever sent it went away, or the code that wrote it failed.
impl Drop for Upload {
    fn drop(&mut self) {
        if let (Some(writer), Ok(runtime)) = (self.writer.take(), Handle::try_current()) {
            runtime.spawn(writer.abort());
        }
    }
}

/// A stored file, for code that waits. It reads at most eight times what the file has, so that a
/// file made to be sought in for ever is not.
#[derive(Debug)]
pub(crate) struct FileReader {
    files: Files,
    key: Path,
    length: u64,
    at: u64,
    piece: Bytes,
    piece_at: u64,
    left: u64,
    runtime: Handle,
}

impl FileReader {
    pub(crate) fn length(&self) -> u64 {
        self.length
    }

    fn fetch(&mut self) -> io::Result<()> {
        let end = self.length.min(self.at + self.files.piece as u64);
        let store = Arc::clone(&self.files.store);
        let (key, range) = (self.key.clone(), self.at..end);
        let got = self.runtime.block_on(async move { store.get_range(&key, range).await });
        self.piece = got.map_err(io::Error::other)?;
        self.piece_at = self.at;
        let read = self.piece.len() as u64;
        self.left =
            self.left.checked_sub(read).ok_or_else(|| io::Error::other("read too often"))?;
        Ok(())
    }
}

impl Read for FileReader {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.at >= self.length || into.is_empty() {
            return Ok(0);
        }
        let here = self.piece_at..self.piece_at + self.piece.len() as u64;
        if !here.contains(&self.at) {
            self.fetch()?;
        }
        let rest =
            &self.piece[usize::try_from(self.at - self.piece_at).map_err(io::Error::other)?..];
        let n = rest.len().min(into.len());
        into[..n].copy_from_slice(&rest[..n]);
        self.at += n as u64;
        Ok(n)
    }
}

impl Seek for FileReader {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.length.checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = at.ok_or_else(|| io::Error::other("sought before the beginning"))?;
        Ok(self.at)
    }
}

#[cfg(test)]
mod bucket;

#[cfg(test)]
mod tests {
    use super::{bucket::Bucket, *};

    async fn write(files: &Files, pieces: &[&[u8]], limit: u64) -> Result<Stored, FilesError> {
        let mut upload = files.begin("tests", limit).await?;
        for piece in pieces {
            if let Err(error) = upload.write(piece).await {
                upload.abort().await;
                return Err(error);
            }
        }
        upload.finish().await
    }

    async fn stores() -> (tempfile::TempDir, [Files; 3]) {
        let folder = tempfile::tempdir().unwrap();
        let local = Files::in_folder(&folder.path().join("files")).unwrap();
        let bucket = Bucket::open().await.files("first-call/here");
        (folder, [local, Files::in_memory(), bucket])
    }

    #[tokio::test]
    async fn what_was_written_piece_by_piece_is_read_as_one() {
        let (_folder, stores) = stores().await;
        for files in stores {
            let long = vec![7; files.piece + 3];
            let stored = write(&files, &[b"abc", &long, b"z"], 1 << 23).await.unwrap();
            let whole = [b"abc".as_slice(), &long, b"z"].concat();
            assert_eq!(stored.bytes, whole.len() as u64);
            assert_eq!(stored.sha256, <[u8; 32]>::from(Sha256::digest(&whole)));
            assert_eq!(files.get(&stored.key).await.unwrap(), whole);
            files.remove(&[stored.key.clone(), stored.key]).await;
            assert_eq!(files.list("tests").await.unwrap(), []);
        }
    }

    #[tokio::test]
    async fn a_bucket_gets_signed_requests_under_its_prefix_and_keeps_no_half_file() {
        let bucket = Bucket::open().await;
        let files = bucket.files("first-call/here");
        let stored = files.put("tests", Bytes::from_static(b"0123456789")).await.unwrap();
        assert_eq!(bucket.keys(), [format!("here/{}", stored.key)]);
        let part = files.stream(&stored.key, Some(2..5)).await.unwrap().unwrap();
        assert_eq!(part.try_collect::<Vec<_>>().await.unwrap().concat(), b"234");
        let long = vec![7; S3_PIECE * 2];
        let wrong = write(&files, &[&long, b"more"], long.len() as u64).await;
        assert!(matches!(wrong, Err(FilesError::TooLarge(_))));
        assert_eq!((bucket.keys().len(), bucket.unfinished()), (1, 0));
        let unsigned = bucket.files_signed_by("first-call", None);
        assert!(unsigned.put("tests", Bytes::from_static(b"x")).await.is_err());
        files.remove(&[stored.key]).await;
        assert_eq!(bucket.keys(), [""; 0]);
        // Over TLS there is nobody here: that is an error, and no more.
        let elsewhere = Bucket::at("https://127.0.0.1:1").files("first-call");
        assert!(elsewhere.get(&FileKey::random("tests")).await.is_err());
    }

    #[tokio::test]
    async fn more_than_the_limit_leaves_nothing_behind() {
        let (folder, stores) = stores().await;
        for files in &stores {
            let wrong = write(files, &[b"abc", b"de"], 4).await;
            assert!(matches!(wrong, Err(FilesError::TooLarge(4))));
            assert_eq!(files.list("tests").await.unwrap(), []);
        }
        let left = std::fs::read_dir(folder.path().join("files/tests"));
        assert_eq!(left.map_or(0, Iterator::count), 0);
    }

    #[tokio::test]
    async fn a_reader_seeks_and_stops_somebody_who_reads_for_ever() {
        let (_folder, stores) = stores().await;
        for files in stores {
            let bytes: Vec<u8> = (0..files.piece * 2 + 9).map(|n| (n % 251) as u8).collect();
            let stored = files.put("tests", bytes.clone().into()).await.unwrap();
            let mut reader = files.reader(&stored, Handle::current());
            let read = move || {
                let mut whole = Vec::new();
                reader.read_to_end(&mut whole).unwrap();
                let mut end = [0; 4];
                reader.seek(SeekFrom::End(-4)).unwrap();
                reader.read_exact(&mut end).unwrap();
                let endless = std::iter::repeat_with(|| {
                    reader.seek(SeekFrom::Start(0)).unwrap();
                    io::copy(&mut reader, &mut io::sink())
                });
                (whole, end, endless.take(1000).any(|read| read.is_err()))
            };
            let (whole, end, stopped) = tokio::task::spawn_blocking(read).await.unwrap();
            assert_eq!(whole, bytes);
            assert_eq!(end, bytes[bytes.len() - 4..]);
            assert!(stopped);
        }
    }

    #[tokio::test]
    async fn the_sweep_takes_what_nobody_names_and_is_a_day_old() {
        let files = Files::in_memory();
        let named = files.put("tests", Bytes::from_static(b"named")).await.unwrap();
        let lost = files.put("tests", Bytes::from_static(b"lost")).await.unwrap();
        let other = files.put("others", Bytes::from_static(b"of another room")).await.unwrap();
        let rows = HashSet::from([named.key.clone()]);
        let now = crate::values::Clock::System.now();
        assert_eq!(files.sweep("tests", &rows, now).await.unwrap(), 0);
        let later = now + TimeDelta::hours(25);
        assert_eq!(files.sweep("tests", &rows, later).await.unwrap(), 1);
        assert!(files.get(&lost.key).await.is_err());
        assert!(files.get(&named.key).await.is_ok() && files.get(&other.key).await.is_ok());
    }
}
