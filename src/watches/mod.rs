//! Searches that are kept, and mail when somebody new fits.
