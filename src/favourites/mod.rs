//! A producer's own "first call" list: whom, with what note, in what order.
