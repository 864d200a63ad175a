"""A report as a page: HTML and Markdown of the same blocks."""
