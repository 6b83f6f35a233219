"""For a program that only defines: calls of what it defines, on small generated data."""
