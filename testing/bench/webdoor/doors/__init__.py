"""Who answers HTTP in a run, under one interface: where a request goes, whose processor time counts, what must come back."""
