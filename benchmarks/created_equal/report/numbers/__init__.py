"""What a report says in numbers: computed from the rows, and drawn or worded elsewhere."""
