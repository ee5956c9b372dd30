"""What `cancel` and `web` have in common: their command line, what a section comes to, and programs in Java.

A script is a `Script` (script.py): its sections, its plans, and what it needs. A section is a module with NAME, TITLE and
`measure(bench, plan)`, which returns a `Table` (outcome.py). Knows the rooms of `comparison` and none of the scripts.
"""
