"""What to say next. Pure: the clock, the catalogue and the model are arguments."""
