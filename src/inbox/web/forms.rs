use serde::{Deserialize, Serialize};

use super::super::model::Filter;
use crate::{
    outbox::{Hour, Topic, Way, Wish, Wishes},
    values::{FieldErrors, Line, NoticeId},
    web::Error,
};

/// Which lines of an inbox, as an address says it.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(crate) struct InboxQuery {
    /// What they are about: `request`, `offer`, `answer`, `cancellation`, `message`, `session`,
    /// `credit`, `review`, `search`, `profile` or `account`.
    pub(super) topic: String,
    /// `yes`: only what was not read.
    pub(super) unread: String,
    /// What stands in the line, accents and capitals aside.
    pub(super) q: String,
    /// What `next` of the stretch before held.
    pub(super) after: String,
}

impl InboxQuery {
    pub(super) fn filter(&self) -> Result<Filter, Error> {
        let wrong = |what: &str| Error::Unreadable(format!("This address asks for {what}."));
        let topic = match self.topic.as_str() {
            "" => None,
            word => Some(word.parse::<Topic>().map_err(|_| wrong("what nobody is told about"))?),
        };
        let unread = match self.unread.as_str() {
            "" => false,
            "yes" => true,
            _ => return Err(wrong("lines that are neither read nor not")),
        };
        let after = match self.after.as_str() {
            "" => None,
            id => Some(id.parse::<NoticeId>().map_err(|_| wrong("a page we never made"))?),
        };
        let words = Line::<100>::optional(&self.q)
            .map_err(|problem| Error::Unreadable(format!("What you look for {problem}.")))?;
        Ok(Filter { topic, unread, words: words.map(|words| words.to_string()), after })
    }

    /// The address of the same list, of the unread alone or of all, or further down.
    pub(super) fn address(&self, unread: bool, after: Option<NoticeId>) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        let after = after.map(|after| after.to_string());
        let parts = [
            ("topic", self.topic.as_str()),
            ("unread", if unread { "yes" } else { "" }),
            ("q", self.q.trim()),
            ("after", after.as_deref().unwrap_or_default()),
        ];
        query.extend_pairs(parts.into_iter().filter(|(_, value)| !value.is_empty()));
        let query = query.finish();
        if query.is_empty() { "/inbox".into() } else { format!("/inbox?{query}") }
    }
}

/// How somebody wants to be told, as a page posts it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct WishesForm {
    /// `08:00`.
    pub(super) digest_at: String,
    /// For each topic its way: `review digest`.
    pub(super) mail: Vec<String>,
    /// Each topic whose lines stand in the app.
    pub(super) in_app: Vec<String>,
}

/// The same as programs say it.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub(crate) struct WishesBody {
    /// A full hour of the day, by the account's own clock.
    #[schema(example = "08:00")]
    pub(super) digest_at: String,
    /// Topics that are left out stay as they are.
    pub(super) topics: Vec<WishBody>,
}

#[derive(Clone, Debug, Default, Deserialize, Serialize, utoipa::ToSchema)]
#[serde(default)]
pub(crate) struct WishBody {
    #[schema(example = "review")]
    pub(super) topic: String,
    /// `at_once`, `digest` or `off`.
    #[schema(example = "digest")]
    pub(super) mail: String,
    pub(super) in_app: bool,
}

/// What was chosen, fit to be kept.
pub(super) struct Chosen {
    pub(super) hour: Hour,
    pub(super) wishes: Vec<(Topic, Wish)>,
}

impl WishesForm {
    /// What a topic's field shows.
    pub(super) fn of(wishes: &Wishes) -> WishesForm {
        let all = || Topic::ALL.into_iter().map(|topic| (topic, wishes.about(topic)));
        WishesForm {
            digest_at: wishes.hour.to_string(),
            mail: all().map(|(topic, wish)| format!("{topic} {}", wish.mail)).collect(),
            in_app: all().filter(|(_, it)| it.in_app).map(|(topic, _)| topic.to_string()).collect(),
        }
    }

    pub(super) fn mails(&self, topic: &Topic, way: &Way) -> bool {
        self.mail.iter().any(|chosen| *chosen == format!("{topic} {way}"))
    }

    pub(super) fn lists(&self, topic: &Topic) -> bool {
        self.in_app.iter().any(|chosen| chosen == topic.word())
    }

    /// A topic that is not named in `mail` stays as it is; of one that is, a line that cannot be left
    /// out stands whatever the form says.
    pub(super) fn read(&self) -> Result<Chosen, FieldErrors> {
        let topics = self.mail.iter().map(|chosen| {
            let (topic, mail) = chosen.split_once(' ').unwrap_or((chosen, ""));
            let in_app = self.in_app.iter().any(|listed| listed == topic)
                || topic.parse::<Topic>().is_ok_and(|topic| !topic.may_go_unlisted());
            WishBody { topic: topic.to_owned(), mail: mail.to_owned(), in_app }
        });
        let digest_at = self.digest_at.clone();
        WishesBody { digest_at, topics: topics.collect() }.read()
    }
}

impl WishesBody {
    pub(super) fn read(&self) -> Result<Chosen, FieldErrors> {
        let mut errors = FieldErrors::default();
        let hour = errors.take("digest_at", self.digest_at.parse::<Hour>());
        let mut wishes: Vec<(Topic, Wish)> = Vec::new();
        for body in &self.topics {
            let topic = body.topic.parse::<Topic>();
            let topic = topic.map_err(|fault| format!("“{}” {fault}", body.topic));
            let Some(topic) = errors.take("topics", topic) else { continue };
            let Some(mail) = errors.take(topic.word(), body.mail.parse::<Way>()) else { continue };
            let wish = Wish { mail, in_app: body.in_app };
            match wish.fits(topic) {
                true if wishes.iter().any(|(other, _)| *other == topic) => {
                    errors.add(topic.word(), "is named twice");
                }
                true => wishes.push((topic, wish)),
                false => errors.add(topic.word(), "cannot be had that way"),
            }
        }
        // What cannot be chosen is not kept as if it had been.
        wishes.retain(|(topic, _)| *topic != Topic::Account);
        match hour {
            Some(hour) if errors.is_empty() => Ok(Chosen { hour, wishes }),
            _ => Err(errors),
        }
    }
}
