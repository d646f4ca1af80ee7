//! What the two sides of a finished booking say of each other, blind until both have spoken.
