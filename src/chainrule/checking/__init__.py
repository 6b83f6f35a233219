"""Judging derivatives that were written by hand: as functions, not at one point."""
