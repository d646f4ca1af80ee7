//! What is mailed about an account. A link with a secret in it is a key: such a letter goes to the
//! address it is about and nowhere else.

use crate::{
    outbox::{Letter, Topic},
    values::{Email, Secret},
};

pub(in crate::accounts) fn confirm(secret: &Secret) -> Letter {
    Letter::about(Topic::Account, "Confirm your e-mail address")
            .saying("You signed up to First Call with this address. Confirm it to ask players for their time, or to be asked for yours.")
            .saying("The link works once, within two days. If it was not you who signed up, leave this mail alone: nothing happens then.")
            .opening("Confirm the address", format!("/verify/{}", secret.reveal()))
}

/// For somebody who signs up with an address that has an account.
pub(in crate::accounts) fn here_already() -> Letter {
    Letter::about(Topic::Account, "You have an account already")
            .saying("Somebody, most likely you, signed up to First Call with this address. It has an account already, so nothing was made or changed.")
            .saying("Sign in with the password you chose then. If you forgot it, ask for a new one on the page where you sign in.")
            .opening("Sign in", "/sign-in")
}

pub(in crate::accounts) fn reset(secret: &Secret) -> Letter {
    Letter::about(Topic::Account, "Choose a new password")
            .saying("Somebody, most likely you, asked for a new password for your account with First Call.")
            .saying("The link works once, within half an hour, and signs out everyone who is signed in as you. If it was not you, leave this mail alone: nothing happens then.")
            .opening("Choose a new password", format!("/reset/{}", secret.reveal()))
}

pub(in crate::accounts) fn password_changed() -> Letter {
    Letter::about(Topic::Account, "Your password was changed")
            .saying("The password of your account with First Call was changed just now. Everyone else who was signed in as you is signed out.")
            .saying("If it was not you, choose a new password at once: the link below mails you the means.")
            .opening("Choose a new password", "/forgotten")
}

/// To the new address.
pub(in crate::accounts) fn confirm_new(secret: &Secret) -> Letter {
    Letter::about(Topic::Account, "Confirm your new e-mail address")
            .saying("You asked First Call to use this address for your account from now on.")
            .saying("The link works once, within two days. Until then nothing changes. If it was not you who asked, leave this mail alone.")
            .opening("Confirm the address", format!("/verify/{}", secret.reveal()))
}

/// To the old address, as soon as another is asked for.
pub(in crate::accounts) fn new_address_asked_for(new: &Email) -> Letter {
    Letter::about(Topic::Account, "A new e-mail address was asked for")
            .saying(format!("Somebody who knows your password asked First Call to use {new} for your account. It stays with this address until the link that was mailed there is opened."))
            .saying("If it was not you, choose a new password at once: that also takes the link’s power away.")
            .opening("Choose a new password", "/forgotten")
}

/// To the old address, once another took its place.
pub(in crate::accounts) fn address_changed(new: &Email) -> Letter {
    Letter::about(Topic::Account, "Your e-mail address was changed")
            .saying(format!("Your account with First Call uses {new} from now on. This is the last mail to this address."))
            .saying("If it was not you, tell whoever runs this site: they can see when it was done.")
}

/// For the holder of an address that somebody wants for another account.
pub(in crate::accounts) fn address_wanted() -> Letter {
    Letter::about(Topic::Account, "Your address was named for another account")
            .saying("Somebody, perhaps you, asked First Call to use this address for another account. It has yours already, so nothing was changed.")
            .saying("To use it for the other one, give this account another address first, or delete it.")
            .opening("Sign in", "/sign-in")
}

pub(in crate::accounts) fn made_admin() -> Letter {
    Letter::about(Topic::Account, "You are an admin now")
            .saying("Whoever runs this First Call made your account an admin’s. You have been signed out everywhere: an admin’s sign-in lasts 12 hours, and ends after 30 minutes unused.")
            .opening("Sign in", "/sign-in")
}
