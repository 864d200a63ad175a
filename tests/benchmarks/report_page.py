"""A report as a test asks it: its text, its tables, and whether its tags are balanced."""

from html.parser import HTMLParser

from benchmarks.created_equal.report import write_report


class Page(HTMLParser):
    """What a test asks of a page: its text, its tables, and whether its tags are balanced."""

    VOID = ("meta", "img", "source", "br", "hr")

    def __init__(self, text):
        super().__init__()
        self.open, self.text, self.fetched, self.tables, self.tags, self.bold = [], [], [], [], [], []
        self.feed(text)
        self.close()
        assert not self.open

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.fetched += [value for name, value in attributes if name in ("src", "srcset", "href", "action", "data")]
        if tag not in self.VOID:
            self.open.append(tag)
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            self.tables[-1][-1].append("")

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if not {"style", "script"} & set(self.open):
            self.text.append(data)
        if {"td", "th"} & set(self.open):
            self.tables[-1][-1][-1] += data
        if "strong" in self.open:
            self.bold.append((self.tables[-1], data))

    def words(self):
        return " ".join(" ".join(self.text).split())

    def table(self, *columns):
        """Of the first table with these columns, each row by its first cell, as a dictionary."""
        for header, *rows in self.tables:
            if set(columns) <= set(header):
                return {row[0]: dict(zip(header, row, strict=True)) for row in rows}
        raise AssertionError(f"no table has {columns}")

    def strong(self, column):
        """What stands out in the first table with this column."""
        table = next(table for table in self.tables if column in table[0])
        return [text for other, text in self.bold if other is table]


def page_of(spec, rows, folder, **arguments):
    return Page(write_report(spec, rows, folder, **arguments).read_text(encoding="utf-8"))
