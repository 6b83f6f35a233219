"""From the Python that someone wrote to a graph: the program is run once, instrumented, and every value it makes is recorded."""
