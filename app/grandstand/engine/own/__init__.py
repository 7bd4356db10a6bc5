"""What runs a person's own function, in workers and in the doctor's children, under whichever Python it belongs to."""
