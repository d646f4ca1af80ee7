mod ask;
mod booking;
mod letters;
mod life;
mod list;
mod response;
mod sheet;
mod when;

pub use ask::{Ask, Word};
pub(super) use ask::{BadAsk, Terms, free_on};
pub use booking::{Booking, Event};
pub(super) use letters::{letter_of_request, letters_of};
pub use life::{Party, Refusal, Status, Step, Verb};
pub(super) use list::{Counts, Cursor, Filter, PAGE, Tab};
pub(super) use response::RESPONSE_OVER;
pub use response::Response;
pub(super) use sheet::Sheet;
pub use when::{Kind, When};
