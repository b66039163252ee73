"""The kinds of file that hold a table, each to rows of texts with their row numbers.

``opening`` tells the kind by the bytes. ``source`` and ``records`` are shared: bytes with an encoding, rows of texts.
``text_file``, ``sheet_file`` and ``parquet`` are the kinds as the door sees them. Text is read by ``careful`` or, in
``segments``, by ``fast``; a workbook is a ``package`` of parts, of which ``workbook`` takes the cells,
``sheet_formats`` what they look like, ``sheet_texts`` their texts, and ``sheet_marks`` whatever else is said of them.
"""
