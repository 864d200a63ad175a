"""The zoo as a static site."""

from tfgen.zoo.gallery.site import Gallery, write_gallery

__all__ = ["Gallery", "write_gallery"]
