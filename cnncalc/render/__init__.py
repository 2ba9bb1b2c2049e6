"""Subjects as people and programs read them: `subjects` say what there is to show, `writers` and `checks` write it."""
