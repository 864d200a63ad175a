"""What runs the trials of a study: processes of this machine, or a Ray cluster.

A runner is handed a list of trials and gives back their rows as they end, in any order. Whatever kills a process or a
machine on the way, it runs the trial again, and a row is the same whichever runner it comes from.
"""

MOST_ATTEMPTS = 5
"""A trial whose process was killed so often has failed: it would go on killing."""
