"""Many programs at once: each checked in a process of its own, so that one bad file never stops the rest."""
