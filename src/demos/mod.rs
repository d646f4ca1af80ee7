//! Audio on a profile: taken in, checked by decoding it, and heard.
