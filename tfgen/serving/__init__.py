"""Models for servers."""

__all__ = ["export_saved_model"]


def __getattr__(name: str):
    if name == "export_saved_model":
        from tfgen.serving.saved_model import export_saved_model

        return export_saved_model
    raise AttributeError(f"module 'tfgen.serving' has no attribute {name!r}")
