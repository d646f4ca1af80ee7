mod reference;

pub(super) use reference::Reference;
