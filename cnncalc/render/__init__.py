"""Reports and faults as people and programs read them; each form is a module, imported only where it is asked for."""
