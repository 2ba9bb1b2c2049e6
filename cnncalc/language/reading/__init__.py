"""From the marked tree to what it declares: a `Spec` whose every part is read and placed (`header.read_spec`)."""
