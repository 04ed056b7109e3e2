//! Taking back what a failed ADD did.

/// Steps back, last first, unless all went well. Each tells what it could not take back.
#[derive(Default)]
pub(crate) struct Undo {
    steps: Vec<Box<dyn FnOnce() -> Result<(), String>>>,
}

impl Undo {
    pub(crate) fn push(&mut self, step: impl FnOnce() -> Result<(), String> + 'static) {
        self.steps.push(Box::new(step));
    }

    /// Takes all steps back and tells what is left.
    pub(crate) fn roll_back(self) -> Vec<String> {
        self.steps.into_iter().rev().filter_map(|step| step().err()).collect()
    }
}
