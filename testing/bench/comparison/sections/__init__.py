"""One file for each group of figures: what is done, in which order, and under which names the samples are kept.

Every section has NAME, TITLE, METRICS (see report/columns.py) and `measure(house, plan)`. A measurement that fails
becomes a note and the section goes on, so that one peer's trouble does not hide the others' figures.
"""
