//! How mail leaves: through a server by SMTP, or into a folder.

use std::{
    io,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use askama::Template;
use lettre::{
    Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{
        Mailbox, MultiPart, SinglePart,
        header::{ContentDisposition, ContentType, Header, HeaderName, HeaderValue},
    },
    transport::smtp,
};

use super::super::model::{Mail, Part, Topic};
use crate::{entries, values::host_of};

/// lettre's own timeout covers no more than connecting.
const SEND_WITHIN: Duration = Duration::from_secs(20);

/// What the file is called that is attached for calendars.
const CALENDAR_FILE: &str = "call.ics";

/// Where letters become mails and go.
#[derive(Clone, Debug)]
pub struct PostOffice {
    carrier: Carrier,
    from: Mailbox,
    /// Links lead here.
    public_url: String,
}

#[derive(Clone)]
enum Carrier {
    Server(AsyncSmtpTransport<Tokio1Executor>),
    Folder(PathBuf),
}

/// Why a mail did not go. Never with the server's words, which may repeat the address.
#[derive(Debug, thiserror::Error)]
pub(super) enum NotSent {
    #[error("the mail server said {0}")]
    Refused(smtp::response::Code),
    #[error("the mail server could not be reached, or did not keep to the protocol")]
    Unreached,
    #[error("the mail server did not answer in time")]
    TooSlow,
    #[error("it could not be written to the folder of mails: {0}")]
    Unwritten(#[from] io::Error),
    #[error("it could not be put into words: {0}")]
    Unworded(#[from] askama::Error),
    #[error("it makes no message that fits the rules of mail")]
    Misshapen,
}

impl PostOffice {
    /// Sends through the server at this `smtp://` or `smtps://` URL.
    pub fn by_server(url: &str, from: Mailbox, public_url: &str) -> anyhow::Result<PostOffice> {
        let server = AsyncSmtpTransport::<Tokio1Executor>::from_url(url)?;
        let server = server.timeout(Some(SEND_WITHIN)).build();
        Ok(PostOffice { carrier: Carrier::Server(server), from, public_url: public_url.to_owned() })
    }

    /// Writes mails to a folder, as `.eml` files.
    pub fn by_folder(folder: &Path, from: Mailbox, public_url: &str) -> io::Result<PostOffice> {
        std::fs::create_dir_all(folder)?;
        let carrier = Carrier::Folder(folder.to_owned());
        Ok(PostOffice { carrier, from, public_url: public_url.to_owned() })
    }

    pub(super) async fn send(&self, mail: &Mail) -> Result<(), NotSent> {
        let message = self.message(mail)?;
        match &self.carrier {
            Carrier::Server(server) => {
                match tokio::time::timeout(SEND_WITHIN, server.send(message)).await {
                    Ok(Ok(_)) => Ok(()),
                    Ok(Err(error)) if error.is_timeout() => Err(NotSent::TooSlow),
                    Ok(Err(error)) => {
                        Err(error.status().map_or(NotSent::Unreached, NotSent::Refused))
                    }
                    Err(_) => Err(NotSent::TooSlow),
                }
            }
            Carrier::Folder(folder) => {
                // Sent again, it has the same name: there is never a second one.
                let name =
                    format!("{}-{}.eml", mail.created_at.format("%Y%m%dT%H%M%S%6f"), mail.id);
                let draft = folder.join(format!("{name}.draft"));
                tokio::fs::write(&draft, message.formatted()).await?;
                Ok(tokio::fs::rename(draft, folder.join(name)).await?)
            }
        }
    }

    fn message(&self, mail: &Mail) -> Result<Message, NotSent> {
        let words = Words::of(mail, &self.public_url);
        let body = MultiPart::alternative_plain_html(
            TextMail { words: &words }.render()?,
            HtmlMail { words: &words }.render()?,
        );
        let address: Address = mail.recipient.as_str().parse().map_err(|_| NotSent::Misshapen)?;
        let message = Message::builder()
            .message_id(Some(format!("<{}@{}>", mail.message_id, host_of(&self.public_url))))
            .date(SystemTime::from(mail.created_at))
            .from(self.from.clone())
            .to(Mailbox::new(Some(on_one_line(&mail.name)), address))
            .subject(on_one_line(&mail.subject));
        let message = match &words.stop {
            Some(url) => message
                .header(Unsubscribe(format!("<{url}>")))
                .header(UnsubscribePost("List-Unsubscribe=One-Click".into())),
            None => message,
        };
        let whole = match &mail.entry {
            Some(entry) => {
                let file = entries::write(&self.public_url, None, std::slice::from_ref(&entry.0));
                MultiPart::mixed().multipart(body).singlepart(for_calendars(file)?)
            }
            None => body,
        };
        message.multipart(whole).map_err(|_| NotSent::Misshapen)
    }
}

impl std::fmt::Debug for Carrier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Carrier::Server(_) => f.write_str("Server(…)"),
            Carrier::Folder(folder) => f.debug_tuple("Folder").field(folder).finish(),
        }
    }
}

/// Headers of a mail that can be stopped (RFC 2369 and RFC 8058), which lettre does not know.
macro_rules! headers {
    ($($type:ident $name:literal)*) => {$(
        #[derive(Clone)]
        struct $type(String);

        impl Header for $type {
            fn name() -> HeaderName {
                HeaderName::new_from_ascii_str($name)
            }

            fn parse(text: &str) -> Result<$type, Box<dyn std::error::Error + Send + Sync>> {
                Ok($type(text.to_owned()))
            }

            fn display(&self) -> HeaderValue {
                // As it is: a fold or an encoded word in it would not be an address any more.
                HeaderValue::dangerous_new_pre_encoded(Self::name(), self.0.clone(), self.0.clone())
            }
        }
    )*};
}

headers! {
    Unsubscribe "List-Unsubscribe"
    UnsubscribePost "List-Unsubscribe-Post"
}

/// A file that a mail program offers to the calendar beside it.
fn for_calendars(file: String) -> Result<SinglePart, NotSent> {
    let kind = format!("{}; method=PUBLISH; name={CALENDAR_FILE}", entries::FILE_TYPE);
    let kind = ContentType::parse(&kind).map_err(|_| NotSent::Misshapen)?;
    let kept = ContentDisposition::attachment(CALENDAR_FILE);
    Ok(SinglePart::builder().header(kind).header(kept).body(file))
}

/// A header is one line, whatever gets into a name one day.
fn on_one_line(text: &str) -> String {
    text.split(|c: char| c.is_control()).collect::<Vec<_>>().join(" ")
}

/// What both forms of a mail say.
struct Words<'a> {
    name: &'a str,
    subject: &'a str,
    paragraphs: &'a [String],
    /// Of a mail of the day: its lines.
    parts: &'a [Part],
    link: Option<(&'a str, String)>,
    /// Where mails like it are stopped.
    stop: Option<String>,
    /// Whether its reader chooses how they are told of its like.
    is_chosen: bool,
    public_url: &'a str,
}

impl<'a> Words<'a> {
    fn of(mail: &'a Mail, public_url: &'a str) -> Words<'a> {
        let link = mail.link_label.as_deref().zip(mail.link_path.as_deref());
        Words {
            name: &mail.name,
            subject: &mail.subject,
            paragraphs: &mail.paragraphs,
            parts: mail.parts.as_ref().map_or(&[], |parts| parts.as_slice()),
            link: link.map(|(label, path)| (label, format!("{public_url}{path}"))),
            stop: mail.stop_path.as_ref().map(|path| format!("{public_url}{path}")),
            is_chosen: mail.topic.is_none_or(|topic| topic != Topic::Account),
            public_url,
        }
    }
}

#[derive(Template)]
#[template(path = "outbox/mail.txt")]
struct TextMail<'a> {
    words: &'a Words<'a>,
}

#[derive(Template)]
#[template(path = "outbox/mail.html")]
struct HtmlMail<'a> {
    words: &'a Words<'a>,
}

#[cfg(test)]
mod tests {
    use mail_parser::{MessageParser, MimeHeaders};
    use sqlx::types::Json;

    use super::{super::super::model::PartLine, *};
    use crate::entries::{Entry, Standing, When};

    fn mail(name: &str, subject: &str) -> Mail {
        Mail {
            id: 7.into(),
            message_id: "0a1b".into(),
            recipient: "maren@example.test".parse().unwrap(),
            name: name.into(),
            topic: Some(Topic::Request),
            subject: subject.into(),
            parts: None,
            paragraphs: vec!["Tue 8 Dec 2026, <b>10:00</b>.".into()],
            link_label: Some("Open the booking".into()),
            link_path: Some("/bookings/17".into()),
            stop_path: None,
            entry: None,
            created_at: "2026-11-23T15:00:00Z".parse().unwrap(),
        }
    }

    fn formatted(mail: &Mail) -> String {
        let folder = std::env::temp_dir();
        let from = "First Call <first-call@firstcall.example>".parse().unwrap();
        let office = PostOffice::by_folder(&folder, from, "https://firstcall.example:8443");
        String::from_utf8(office.unwrap().message(mail).unwrap().formatted()).unwrap()
    }

    #[test]
    fn a_mail_has_two_forms_one_link_and_a_lasting_name() {
        let text = formatted(&mail("Maren Oakley", "Ines Calloway asks for Tuesday"));
        assert!(text.contains("Message-ID: <0a1b@firstcall.example>\r\n"), "{text}");
        assert!(text.contains("Date: Mon, 23 Nov 2026 15:00:00 +0000\r\n"), "{text}");
        assert!(text.contains("https://firstcall.example:8443/bookings/17"), "{text}");
        assert!(text.contains("Tue 8 Dec 2026, <b>10:00</b>."), "the text form says it as it is");
        assert!(!text.split("text/html").nth(1).unwrap().contains("<b>"), "{text}");
    }

    #[test]
    fn a_mail_that_can_be_stopped_says_where_to_people_and_to_their_programs() {
        let path = format!("/watches/stop/{}", "5e".repeat(32));
        let url = format!("https://firstcall.example:8443{path}");
        let mail = mail("Ines Calloway", "Maren Oakley is new in “Fiddle”");
        assert!(!formatted(&mail).contains("List-Unsubscribe"), "others cannot be stopped");
        let text = formatted(&Mail { stop_path: Some(path), ..mail });
        assert!(text.contains(&format!("\r\nList-Unsubscribe: <{url}>\r\n")), "{text}");
        let one_click = "\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n";
        assert!(text.contains(one_click), "{text}");
        let whole = text.replace("=\r\n", "").replace("=3D", "=");
        assert!(whole.contains(&format!("No more mails like this one:\r\n{url}\r\n")), "{text}");
        assert!(whole.contains(&format!("<a href=\"{url}\">No more")), "{text}");
    }

    #[test]
    fn a_mail_of_the_day_has_its_lines_in_both_forms_each_with_its_link() {
        let line = |subject: &str, says: &str, n: usize| PartLine {
            subject: subject.into(),
            says: says.into(),
            label: "Open the booking".into(),
            path: format!("/bookings/{n}"),
        };
        let requests = Part {
            heading: "Requests".into(),
            lines: vec![line("Ines <asks>", "Fiddle for $380.00.", 17), line("Theo asks", "", 18)],
            more: 3,
        };
        let answers =
            Part { heading: "Answers".into(), lines: vec![line("Ada accepted", "", 19)], more: 0 };
        let mail = Mail {
            topic: None,
            parts: Some(Json(vec![requests, answers])),
            paragraphs: vec!["You have these mailed once a day.".into()],
            link_label: Some("Open your inbox".into()),
            link_path: Some("/inbox".into()),
            ..mail("Maren Oakley", "5 requests and an answer")
        };
        let text = formatted(&mail);
        let message = MessageParser::default().parse(text.as_bytes()).unwrap();
        let plain = message.body_text(0).unwrap().replace("\r\n", "\n");
        let url = "https://firstcall.example:8443";
        assert_eq!(
            plain.split("\n-- \n").next().unwrap(),
            format!(
                "Hello Maren Oakley,\n\nYou have these mailed once a day.\n\nRequests\n\n\
                 Ines <asks>\nFiddle for $380.00.\n{url}/bookings/17\n\n\
                 Theo asks\n{url}/bookings/18\n\nAnd 3 more.\n\nAnswers\n\n\
                 Ada accepted\n{url}/bookings/19\n\nOpen your inbox:\n{url}/inbox\n\n\
                 Choose what is mailed, and when:\n{url}/account/notifications\n"
            )
        );
        let html = message.body_html(0).unwrap();
        for n in 17..20 {
            assert!(html.contains(&format!("href=\"{url}/bookings/{n}\"")), "{html}");
        }
        assert!(
            html.contains("<h2>Requests</h2>") && html.contains("Ines &#60;asks&#62;"),
            "{html}"
        );
        assert!(html.contains("And 3 more."), "{html}");
    }

    #[test]
    fn who_has_no_choice_is_not_told_of_one() {
        let of = |topic| formatted(&Mail { topic, ..mail("Maren Oakley", "Hello") });
        assert!(of(Some(Topic::Request)).contains("/account/notifications"));
        assert!(!of(Some(Topic::Account)).contains("/account/notifications"));
    }

    #[test]
    fn nothing_in_a_name_or_subject_makes_a_header() {
        let sly = "Eve\r\nBcc: all@example.test\r\n\r\nHello";
        let text = formatted(&mail(sly, sly));
        let heads: Vec<&str> = text.split("\r\n\r\n").next().unwrap().lines().collect();
        let of_eve = |head: &&&str| head.to_lowercase().starts_with("bcc");
        assert_eq!(heads.iter().find(of_eve), None, "{text}");
    }

    #[test]
    fn what_belongs_in_a_calendar_goes_along_as_a_file() {
        let plain = mail("Maren Oakley", "Ines Calloway asks for Tuesday");
        let entry = Entry {
            name: "booking-17".into(),
            sequence: 2,
            changed_at: plain.created_at,
            when: When::Hours {
                starts_at: "2026-12-08T16:00:00Z".parse().unwrap(),
                ends_at: "2026-12-08T19:00:00Z".parse().unwrap(),
                zone: "America/Chicago".parse().unwrap(),
            },
            standing: Standing::Cancelled,
            summary: "Cancelled: “Dust; on the Piano”, fiddle 🎻".into(),
            location: "Cedar Street Sound, Nashville".into(),
            description: "Fiddle.\nPlayer: Maren Oakley.".into(),
            path: Some("/bookings/17".into()),
        };
        let text = formatted(&Mail { entry: Some(Json(entry.clone())), ..plain });
        let message = MessageParser::default().parse(text.as_bytes()).unwrap();
        assert_eq!(message.content_type().unwrap().subtype(), Some("mixed"));
        assert!(message.body_text(0).unwrap().contains("Tue 8 Dec 2026, <b>10:00</b>."));
        assert!(message.body_html(0).unwrap().contains("/bookings/17"));
        let [file] = message.attachments().collect::<Vec<_>>()[..] else { panic!("{text}") };
        let kind = file.content_type().unwrap();
        assert_eq!((kind.ctype(), kind.subtype()), ("text", Some("calendar")));
        assert_eq!(kind.attribute("method"), Some("PUBLISH"));
        assert_eq!(kind.attribute("name"), Some("call.ics"));
        assert_eq!(file.attachment_name(), Some("call.ics"));
        let ics = file.text_contents().unwrap();
        let written = entries::write("https://firstcall.example:8443", None, &[entry]);
        assert_eq!(ics, written);
        for line in [
            "METHOD:PUBLISH",
            "UID:booking-17@firstcall.example",
            "SEQUENCE:2",
            "STATUS:CANCELLED",
            "DTSTART;TZID=America/Chicago:20261208T100000",
            "URL:https://firstcall.example:8443/bookings/17",
        ] {
            assert!(ics.lines().any(|has| has == line), "{line} in {ics}");
        }
    }
}
