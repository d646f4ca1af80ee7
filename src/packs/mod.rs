//! What a session costs, and what is owed when it is cancelled.

mod model;
