"""What stands where in a table: headers, columns, and rows that are no communities.

``header`` finds the header, ``columns`` the column of every indicator and key by their ``names``; ``header_units``
reads what stands in brackets behind a name, and ``units`` holds the spellings of units. ``rows`` leaves out totals and
notes by their ``row_words``. ``long_form`` and ``long_names`` turn tables with a row a value, ``swapped`` recognises
those that lie on their side.
"""
