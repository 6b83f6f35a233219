"""The worked solution: every value, derivative and update of one pass as steps with symbols, numbers, result and reason."""
