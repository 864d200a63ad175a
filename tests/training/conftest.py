from tiny_recipe import pictures, table  # noqa: F401
