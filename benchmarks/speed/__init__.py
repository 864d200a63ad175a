"""How fast tfgen is, and how much memory it takes."""
