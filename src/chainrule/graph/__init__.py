"""What a computation is: records, the table of ops, and the passes that map graphs to graphs. Imports no other room."""
