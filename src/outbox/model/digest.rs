use super::{Line, Part, PartLine, Topic};

/// How many lines of a topic one mail has.
const MOST_LINES: usize = 20;
/// How many topics a subject names.
const MOST_NAMED: usize = 3;

/// One mail a day of whatever may wait for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::outbox) struct Digest {
    pub(in crate::outbox) subject: String,
    pub(in crate::outbox) parts: Vec<Part>,
}

impl Digest {
    /// Of the lines that wait, the first first; none where there is nothing to tell.
    pub(in crate::outbox) fn of(lines: &[Line]) -> Option<Digest> {
        let mut counts = Vec::new();
        let mut parts = Vec::new();
        for topic in Topic::ALL {
            let mut of_topic: Vec<PartLine> = Vec::new();
            for line in lines.iter().filter(|line| line.topic == topic) {
                // Told twice the same, as of a conversation that went on: the last counts.
                of_topic.retain(|other| {
                    (&other.subject, &other.path) != (&line.subject, &line.link_path)
                });
                of_topic.push(PartLine {
                    subject: line.subject.clone(),
                    says: line.says.clone(),
                    label: line.link_label.clone(),
                    path: line.link_path.clone(),
                });
            }
            if of_topic.is_empty() {
                continue;
            }
            counts.push(topic.counted(of_topic.len()));
            let more = of_topic.len().saturating_sub(MOST_LINES);
            of_topic.truncate(MOST_LINES);
            parts.push(Part { heading: topic.name().to_owned(), lines: of_topic, more });
        }
        let subject = match parts.iter().map(|part| part.lines.as_slice()).collect::<Vec<_>>()[..] {
            [] => return None,
            // One alone tells by itself.
            [[only]] => only.subject.clone(),
            _ => enumerated(counts),
        };
        Some(Digest { subject, parts })
    }
}

/// `3 requests, an answer and a conversation`; `…, and more` where that were too long.
fn enumerated(mut counts: Vec<String>) -> String {
    if counts.len() > MOST_NAMED {
        counts.truncate(MOST_NAMED);
        counts.push("more".to_owned());
    }
    let last = counts.pop().unwrap_or_default();
    let text = if counts.is_empty() { last } else { format!("{} and {last}", counts.join(", ")) };
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(topic: Topic, subject: &str) -> Line {
        Line {
            topic,
            subject: subject.into(),
            says: format!("{subject}, it says."),
            link_label: "Open it".into(),
            link_path: "/bookings/1".into(),
        }
    }

    fn subject(lines: &[(Topic, usize)]) -> String {
        let lines: Vec<Line> = lines
            .iter()
            .flat_map(|(topic, n)| (0..*n).map(move |n| line(*topic, &format!("{topic} {n}"))))
            .collect();
        Digest::of(&lines).unwrap().subject
    }

    #[test]
    fn a_subject_says_how_many_and_of_what() {
        use Topic::{Answer, Credit, Message, Request, Review};
        assert_eq!(subject(&[(Request, 3), (Answer, 1)]), "3 requests and an answer");
        assert_eq!(subject(&[(Request, 2)]), "2 requests");
        assert_eq!(
            subject(&[(Review, 1), (Message, 2), (Answer, 1)]),
            "An answer, 2 conversations and a note on a review"
        );
        assert_eq!(
            subject(&[(Request, 1), (Answer, 1), (Message, 1), (Credit, 1), (Review, 1)]),
            "A request, an answer, a conversation and more"
        );
        assert_eq!(subject(&[(Credit, 1)]), "credit 0");
        assert_eq!(Digest::of(&[]), None);
    }

    #[test]
    fn what_was_told_twice_stands_once_and_a_long_part_is_cut() {
        let twice = [line(Topic::Message, "Ines writes"), line(Topic::Message, "Ines writes")];
        let digest = Digest::of(&twice).unwrap();
        assert_eq!((digest.subject.as_str(), digest.parts[0].lines.len()), ("Ines writes", 1));
        let many: Vec<Line> =
            (0..25).map(|n| line(Topic::Credit, &format!("Credit {n}"))).collect();
        let digest = Digest::of(&many).unwrap();
        assert_eq!(digest.subject, "25 notes on credits");
        assert_eq!((digest.parts[0].lines.len(), digest.parts[0].more), (20, 5));
    }
}
