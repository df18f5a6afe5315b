"""What help exists and what is asked: records, the data files they come from, and the checks over them."""
