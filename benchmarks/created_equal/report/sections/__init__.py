"""The sections of a report, in words, tables and figures."""
