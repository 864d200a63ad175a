"""Recipes: everything that a training depends on, in one TOML file."""

from tfgen.recipes.catalog import find_recipe, list_recipes, zoo_folder
from tfgen.recipes.recipe import Recipe, RecipeError, make_recipe, read_recipe

__all__ = ["Recipe", "RecipeError", "find_recipe", "list_recipes", "make_recipe", "read_recipe", "zoo_folder"]
