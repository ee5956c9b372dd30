"""One module for each table: NAME, TITLE, and `measure(bench, plan)`, which returns a Table."""
