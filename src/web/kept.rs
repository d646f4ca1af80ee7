use std::{
    any::{Any, TypeId},
    collections::HashMap,
    fmt,
    sync::{Arc, RwLock},
};

/// What rooms keep for the life of a server, one of each type: `web` cannot name what stands below
/// it, and each room knows its own.
#[derive(Clone, Default)]
pub struct Kept(Arc<RwLock<HashMap<TypeId, Arc<dyn Any + Send + Sync>>>>);

impl Kept {
    /// The one of this type, made by `make` when there is none yet.
    pub(crate) fn get_or<T: Any + Send + Sync>(&self, make: impl FnOnce() -> T) -> Arc<T> {
        self.find().unwrap_or_else(|| {
            let mut all = self.0.write().expect("no holder panics");
            let one = all.entry(TypeId::of::<T>()).or_insert_with(|| Arc::new(make()));
            Arc::clone(one).downcast().expect("it is kept by its type")
        })
    }

    pub(crate) fn find<T: Any + Send + Sync>(&self) -> Option<Arc<T>> {
        let all = self.0.read().expect("no holder panics");
        let one = Arc::clone(all.get(&TypeId::of::<T>())?);
        Some(one.downcast().expect("it is kept by its type"))
    }

    /// Keeps `one` in the place of what there was of its type.
    pub fn put<T: Any + Send + Sync>(&self, one: T) {
        self.0.write().expect("no holder panics").insert(TypeId::of::<T>(), Arc::new(one));
    }
}

impl fmt::Debug for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Kept")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_type_is_kept_once() {
        let kept = Kept::default();
        assert_eq!(kept.find::<i32>(), None);
        assert_eq!(*kept.get_or(|| 7), 7);
        assert_eq!(*kept.get_or(|| 8), 7);
        assert_eq!(*kept.get_or(|| "seven"), "seven");
        kept.put(9);
        assert_eq!(kept.find::<i32>().as_deref(), Some(&9));
    }
}
