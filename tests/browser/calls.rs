use crate::{
    journeys::{ask_maren_for, booking},
    support::{Browser, Screen, Site},
};

/// What comes with a call is chosen on its form, with a script the moment it is chosen, and without
/// one by a button; a form that comes back has it still, and the player gets it.
#[tokio::test(flavor = "multi_thread")]
async fn a_chart_goes_with_the_call() {
    let (site, folder) = (Site::start(), tempfile::tempdir().unwrap());
    let write = |name: &str, bytes: &[u8]| {
        let file = folder.path().join(name);
        std::fs::write(&file, bytes).unwrap();
        file.to_str().unwrap().to_owned()
    };
    let chart = write("Dust on the Piano.pdf", b"%PDF-1.7\n%%EOF\n");
    let notes = [write("note.pdf", b"no chart at all"), write("other.pdf", b"nor this")].join("\n");
    for (screen, title) in
        [(Screen::DESK, "Dust one"), (Screen::PHONE.without_script(), "Dust two")]
    {
        let ines = Browser::open(&site.address, screen).await;
        ask_maren_for(&ines, title).await;
        for (files, says) in [
            (&notes, ["“note.pdf” is not", "“other.pdf” is not"]),
            (&chart, ["Dust on the Piano.pdf", "PDF, 1 kB"]),
        ] {
            ines.find("#file").await.send_keys(files).await.unwrap();
            if !screen.script {
                ines.press_words("Add the files").await;
            }
            for says in says {
                ines.expect(says).await;
            }
            if screen.script {
                assert_eq!(ines.faults().await, [""; 0]);
            }
        }
        ines.expect("Leave it out").await;
        // Sent with a fault, it has its file still.
        ines.fill("#place", "").await;
        ines.press("form.ask button.first").await;
        ines.expect("Place cannot be empty").await;
        ines.expect("Dust on the Piano.pdf").await;
        if screen.script {
            assert_eq!(ines.faults().await, [""; 0]);
            ines.fits().await;
        }
        ines.fill("#place", "Cedar Street Sound, Nashville").await;
        ines.press("form.ask button.first").await;
        ines.expect("Waiting for an answer").await;
        ines.expect("Dust on the Piano.pdf").await;
        let sheet = booking(&ines).await;

        let maren = Browser::open(&site.address, Screen::PHONE).await;
        maren.sign_in("musician@example.test").await;
        maren.go(&sheet).await;
        maren.expect("Dust on the Piano.pdf").await;
        assert_eq!(maren.faults().await, [""; 0]);
        maren.fits().await;
        ines.close().await;
        maren.close().await;
    }
}
