/// What somebody is told, by mail and in the app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// Tells by itself; also the line in the inbox.
    pub subject: String,
    /// Plain sentences; the worker sets them as text and as HTML.
    pub paragraphs: Vec<String>,
    pub link: Option<Link>,
}

/// The thing a letter is about, one press away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    pub label: String,
    /// A path on this site.
    pub path: String,
}

impl Letter {
    pub fn new(subject: impl Into<String>) -> Letter {
        Letter { subject: subject.into(), paragraphs: Vec::new(), link: None }
    }

    pub fn saying(mut self, paragraph: impl Into<String>) -> Letter {
        self.paragraphs.push(paragraph.into());
        self
    }

    pub fn opening(self, label: impl Into<String>, path: impl Into<String>) -> Letter {
        Letter { link: Some(Link { label: label.into(), path: path.into() }), ..self }
    }
}
