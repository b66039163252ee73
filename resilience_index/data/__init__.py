"""Data: tables of communities from files to numbers. The only room that parses cells.

``read`` is the door for one file, ``concat`` joins several, ``table`` is what comes out; ``body`` is what rows hold
before they are checked. Behind the door:

``files``
    The kinds of file: bytes and encodings, text, workbooks, Parquet; each gives rows of texts.
``layout``
    What stands where: the header, which column is which indicator, long tables, rows that are no communities.
``cells``
    The text of a cell to a number.
``checks``
    What is asked of keys and values once they are read.
``privacy``
    Numbers that identify a person, found and masked.
``sheets``
    Workbooks for communities: the data-entry template and the return sheet.

The expert survey (``survey…``, ``judgments_file``) is written and read beside them.
"""
