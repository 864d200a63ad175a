"""Whether scores see what they are to see."""
