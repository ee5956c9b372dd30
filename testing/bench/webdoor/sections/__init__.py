"""One module for each group of figures: NAME, TITLE, and `measure(bench, plan)`, which returns a Table."""
