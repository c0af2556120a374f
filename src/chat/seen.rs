//! What was looked at before hearback runs.

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// What, in words.
    pub what: String,
    /// What is wrong with it and what to do; `None` if it is fine.
    pub trouble: Option<String>,
}

impl Seen {
    /// It is as it should be.
    pub fn fine(what: impl Into<String>) -> Self {
        Self { what: what.into(), trouble: None }
    }

    /// It is not, and what to do about it.
    pub fn wrong(what: impl Into<String>, why: impl Into<String>) -> Self {
        Self { what: what.into(), trouble: Some(why.into()) }
    }

    /// Says something more of what is as it should be.
    #[must_use]
    pub fn noting(self, more: Option<String>) -> Self {
        match more.filter(|_| self.trouble.is_none()) {
            Some(more) => Self::fine(format!("{}; {more}", self.what)),
            None => self,
        }
    }
}
