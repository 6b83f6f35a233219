"""How a worked solution is shown: one tree of parts, lowered to each form."""
