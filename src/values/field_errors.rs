use std::{collections::BTreeMap, fmt::Display, str::FromStr};

use serde::Serialize;

/// What is wrong with which field of a form, in words for the person who filled it in.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(transparent)]
pub struct FieldErrors(BTreeMap<&'static str, Vec<String>>);

impl FieldErrors {
    pub fn add(&mut self, field: &'static str, problem: impl Display) {
        self.0.entry(field).or_default().push(problem.to_string());
    }

    /// Passes a value on, or notes why there is none.
    pub fn take<T, E: Display>(&mut self, field: &'static str, result: Result<T, E>) -> Option<T> {
        result.map_err(|problem| self.add(field, problem)).ok()
    }

    /// A whole number of `what` that was typed, from the least to the most there may be.
    pub fn number<N: Copy + Display + FromStr + PartialOrd>(
        &mut self,
        field: &'static str,
        text: &str,
        (least, most): (N, N),
        what: &str,
    ) -> Option<N> {
        let read = text.trim().parse().ok().filter(|number| (least..=most).contains(number));
        let fault = || format!("is not a number of {what} from {least} to {most}");
        self.take(field, read.ok_or_else(fault))
    }

    /// These, and those.
    #[must_use]
    pub fn and(mut self, others: FieldErrors) -> FieldErrors {
        for (field, problems) in others.0 {
            self.0.entry(field).or_default().extend(problems);
        }
        self
    }

    pub fn on(&self, field: &str) -> &[String] {
        self.0.get(field).map_or(&[], Vec::as_slice)
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Each field that has faults, in the order of their names.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &[String])> {
        self.0.iter().map(|(field, problems)| (*field, problems.as_slice()))
    }
}
