//! Values that mean the same everywhere: ids, money, wall clocks and instants, text of a known
//! size, secrets, a form's field errors.
//!
//! Nothing here reads a database, a request or another module of this crate.

mod clock;
mod contact;
mod currency;
mod day;
mod day_span;
mod email;
mod field_errors;
mod host;
mod ids;
mod isrc;
mod language;
mod money;
mod passwords;
mod secret;
mod slot;
mod slots;
mod slug;
mod text;
mod zone;

pub use clock::Clock;
pub(crate) use contact::{has_contact_details, without_contact_details};
pub use currency::{Currency, NotCurrency};
pub use day::{NotDay, read_day};
pub use day_span::{BadDaySpan, DaySpan, Minute};
pub use email::{Email, NotEmail};
pub use field_errors::FieldErrors;
pub use host::host_of;
pub use ids::{
    AbsenceId, AccountId, AttachmentId, BookingId, CallFileId, CallId, CreditId, DemoId,
    EvidenceId, FavouriteId, FeedId, GenreId, ImportId, InstrumentId, InvoiceId, MailId, MessageId,
    MusicianId, NoShowId, NoticeId, OfferId, PackId, PackVersionId, RecordingId, ReviewId,
    SeasonId, SignInId, WatchId,
};
pub use isrc::{Isrc, NotIsrc};
pub use language::{Language, NotLanguage};
pub use money::{Money, NotMoney};
pub use passwords::{BadPassword, Password, PasswordHash, Passwords};
pub use secret::{Secret, SecretHash};
pub use slot::{EmptySlot, Slot};
pub use slots::Slots;
pub use slug::{Slug, slug_of};
pub use text::{BadText, Line, Prose, in_sentence};
pub use zone::{NotLocalTime, UnknownZone, Zone};
